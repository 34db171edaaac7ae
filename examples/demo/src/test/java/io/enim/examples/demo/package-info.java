/** The demo shows what is so, and says when it is not. */
@NullMarked
package io.enim.examples.demo;

import org.jspecify.annotations.NullMarked;
