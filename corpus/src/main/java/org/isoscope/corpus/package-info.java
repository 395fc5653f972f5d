@NullMarked
package org.isoscope.corpus;

import org.jspecify.annotations.NullMarked;
