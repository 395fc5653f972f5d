/**
 * Measures over vectors as streaming, mergeable accumulators, each named as the literature names
 * it, and {@link org.isoscope.geometry.LayerGeometry}, which feeds those of one layer in one pass.
 * {@link org.isoscope.geometry.Uniformity} and {@link org.isoscope.geometry.Correlation} need all
 * values at once and are plain functions.
 *
 * <p>Plain Java on {@code float[]}: usable alone, with any embedder. What is common to all
 * accumulators (the layout of vectors, zero and non-finite vectors, merging, threads) is said once,
 * at {@link org.isoscope.geometry.Accumulator}. Every figure is exact over the vectors it was given
 * - nothing is sampled - and so has no interval. A figure that is undefined is {@code null}, never
 * NaN.
 *
 * <p>Imports nothing but the JDK and JSpecify's annotations: no tensor, no model, no file, nothing
 * of the rest of the project.
 */
@NullMarked
package org.isoscope.geometry;

import org.jspecify.annotations.NullMarked;
