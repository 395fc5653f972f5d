/** The commands: each reads its options, has a job done, and prints what came of it. */
@NullMarked
package org.isoscope.cli.command;

import org.jspecify.annotations.NullMarked;
