package io.enim.core;

import io.enim.core.internal.exec.Execution;
import io.enim.core.internal.records.Disk;
import io.enim.core.internal.step.FailPoint;

/** Replaces what a manager runs on, which no public method does. */
public final class BuilderSeams {
    private BuilderSeams() {}

    public static Enim.Builder failPoint(Enim.Builder builder, FailPoint point) {
        return builder.platform(builder.platform().with(point));
    }

    public static Enim.Builder disk(Enim.Builder builder, Disk disk) {
        return builder.platform(builder.platform().with(disk));
    }

    public static Enim.Builder machine(Enim.Builder builder, Execution execution, Disk disk) {
        return builder.platform(builder.platform().with(execution).with(disk));
    }
}
