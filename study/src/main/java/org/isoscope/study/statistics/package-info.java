/**
 * What a claim rests on: intervals over seeds, texts and token types, tests against a margin, many
 * tests at once, trends. Plain numbers in, plain numbers out: nothing of models or files.
 */
@NullMarked
package org.isoscope.study.statistics;

import org.jspecify.annotations.NullMarked;
