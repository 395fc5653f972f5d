/** Spring AI with what {@code export} writes. */
package org.isoscope.springai;
