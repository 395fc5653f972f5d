/**
 * Text to vector, for callers: the interface of all encoders, and what they share that needs no
 * tensor library.
 */
@NullMarked
package org.isoscope.sentence;

import org.jspecify.annotations.NullMarked;
