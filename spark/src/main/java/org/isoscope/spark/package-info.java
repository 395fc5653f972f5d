/**
 * Tables of texts and of vectors that fit no machine, on Apache Spark.
 *
 * <p>Nothing here is counted by a side effect: a figure comes of the rows that a task returns, so
 * that a task that fails, is repeated or runs twice is counted once.
 */
@NullMarked
package org.isoscope.spark;

import org.jspecify.annotations.NullMarked;
