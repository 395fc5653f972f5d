/**
 * What was measured once and is used ever after, from its file: what a cosine is worth, and a
 * transform of vectors. Needs neither a model nor a native library.
 */
@NullMarked
package org.isoscope.calibration;

import org.jspecify.annotations.NullMarked;
