/**
 * The programs of docs/java-api.md, one main class each. The page shows the lines between {@code //
 * snippet} and {@code // end of snippet}; a test holds both to each other and runs every program.
 */
@NullMarked
package org.isoscope.examples;

import org.jspecify.annotations.NullMarked;
