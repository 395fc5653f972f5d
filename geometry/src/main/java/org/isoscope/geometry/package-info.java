/**
 * Measures over vectors, each named as the literature names it. Most are streaming, mergeable
 * accumulators; {@link org.isoscope.geometry.LayerGeometry} feeds those of one layer in one pass,
 * {@link org.isoscope.geometry.Geometry} measures plain vectors in one call. Those that compare
 * each vector with every other need all of them at once and are plain functions: {@link
 * org.isoscope.geometry.Uniformity}, {@link org.isoscope.geometry.NearestNeighbours} and what is
 * read off it, {@link org.isoscope.geometry.SphereCoverage}.
 *
 * <p>Plain Java on {@code float[]}: usable alone, with any embedder. What is common to all
 * accumulators (the layout of vectors, zero and non-finite vectors, merging, threads) is said once,
 * at {@link org.isoscope.geometry.Accumulator}. Every figure is exact over the vectors it was
 * given; where directions or resamples are drawn, the class says so, takes a seed and gives an
 * interval or a standard error. What a figure would be on other sentences, {@link
 * org.isoscope.geometry.SentenceJackknife} tells. A figure that is undefined is {@code null}, never
 * NaN.
 *
 * <p>Imports nothing but the JDK, JSpecify's annotations and, for eigenvalues and singular values,
 * EJML: no tensor, no model, no file, nothing of the rest of the project.
 */
@NullMarked
package org.isoscope.geometry;

import org.jspecify.annotations.NullMarked;
