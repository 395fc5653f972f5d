/**
 * What a model's vectors are used for, as jobs that can be called: searching texts, finding
 * duplicates, mining hard negatives; each exact, by cosine.
 */
@NullMarked
package org.isoscope.study.search;

import org.jspecify.annotations.NullMarked;
