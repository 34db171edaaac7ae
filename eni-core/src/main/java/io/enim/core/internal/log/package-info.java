/** The way to the application's log. Entry: {@link io.enim.core.internal.log.SafeLogger}. */
@NullMarked
package io.enim.core.internal.log;

import org.jspecify.annotations.NullMarked;
