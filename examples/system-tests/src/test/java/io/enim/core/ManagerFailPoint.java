package io.enim.core;

import io.enim.core.internal.step.FailPoint;

/** Sets the fail point of a manager's steps, which no public method does. */
public final class ManagerFailPoint {
    private ManagerFailPoint() {}

    public static Enim.Builder set(Enim.Builder builder, FailPoint point) {
        return builder.platform(builder.platform().with(point));
    }
}
