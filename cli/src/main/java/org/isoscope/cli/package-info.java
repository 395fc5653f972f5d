/**
 * The program: its commands are in {@code command}, what can be asked of them in {@code option},
 * and how their results are printed in {@code print}. No decision is made here that a Java program
 * could not make: the work is {@code study}'s.
 */
@NullMarked
package org.isoscope.cli;

import org.jspecify.annotations.NullMarked;
