@NullMarked
package org.isoscope.encoder;

import org.jspecify.annotations.NullMarked;
