/**
 * An encoder as an embedding model of Spring AI. One class, which holds no logic of its own; used
 * by nothing in the project.
 */
@NullMarked
package org.isoscope.springai;

import org.jspecify.annotations.NullMarked;
