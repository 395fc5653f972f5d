@NullMarked
package org.isoscope.torch;

import org.jspecify.annotations.NullMarked;
