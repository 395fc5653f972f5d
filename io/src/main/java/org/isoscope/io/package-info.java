/**
 * The edge to the outside world: {@link org.isoscope.io.UserError}, an error told to a person, and
 * {@link org.isoscope.io.WholeFile}, files that appear whole or not at all, {@link
 * org.isoscope.io.RegularFile}, files that are read whole, {@link org.isoscope.io.DirectoryLock}, a
 * directory for one piece of work alone, {@link org.isoscope.io.UserHome}, {@link
 * org.isoscope.io.Sha256}, {@link org.isoscope.io.Wording}. Imports nothing but the JDK.
 */
@NullMarked
package org.isoscope.io;

import org.jspecify.annotations.NullMarked;
