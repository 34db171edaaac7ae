/** The manager that hands out ENIs and takes them back. */
@NullMarked
package io.enim.core;

import org.jspecify.annotations.NullMarked;
