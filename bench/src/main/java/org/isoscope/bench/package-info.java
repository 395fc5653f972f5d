/**
 * Benchmarks of the measures: {@link org.isoscope.bench.LinearMeasures} against reading the same
 * vectors, {@link org.isoscope.bench.MillionVectors} against the machine's rate of matrix products.
 * {@code bench/README.md} says how to run and read them. Nothing depends on this package.
 */
@NullMarked
package org.isoscope.bench;

import org.jspecify.annotations.NullMarked;
