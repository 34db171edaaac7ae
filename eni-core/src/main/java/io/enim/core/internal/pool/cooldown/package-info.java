/** How long a released ENI rests before it is offered again. Entry: {@code Cooldowns}. */
@NullMarked
package io.enim.core.internal.pool.cooldown;

import org.jspecify.annotations.NullMarked;
