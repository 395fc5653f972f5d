/**
 * Trainings and analyses as jobs that can be called: settings with defaults and checks, a listener,
 * a result. What the command line, a Java program and a sweep run is the same. Nothing here prints
 * or parses options.
 */
@NullMarked
package org.isoscope.study;

import org.jspecify.annotations.NullMarked;
