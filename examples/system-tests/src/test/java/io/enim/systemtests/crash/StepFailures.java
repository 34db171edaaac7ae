package io.enim.systemtests.crash;

import io.enim.AmbiguousProviderException;
import io.enim.DeviceException;
import io.enim.EniException;
import io.enim.LedgerException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.core.internal.step.FailPoint.Side;
import io.enim.core.internal.step.Step;
import java.nio.file.Path;

/** How each step fails when what it stands for fails. After a step, a call that changes something has an answer lost. */
final class StepFailures {
    private static final String WHY = "as the test has it";

    private StepFailures() {}

    static EniException of(Step step, Side side) {
        return switch (step) {
            case ADD_RECORD_INTENT,
                    ADD_RECORD_DONE,
                    DEL_RECORD_INTENT,
                    DEL_FORGET,
                    SANDBOX_RECORD_KEY,
                    RECORD_QUARANTINE,
                    RECORD_BASELINE,
                    FORGET_BASELINE,
                    POOL_RECORD_CREATE,
                    POOL_RECORD_CREATED,
                    POOL_FORGET_INTENT,
                    POOL_RECORD_RETIRE,
                    POOL_RECORD_COOLDOWN -> new LedgerException("write", Path.of("/" + step), WHY, null);
            case ADD_FIND_DEVICE,
                    ADD_MOVE_IN,
                    ADD_CONFIGURE,
                    DEL_RETURN_TO_HOST,
                    SANDBOX_CREATE,
                    SANDBOX_REMOVE,
                    GC_REPAIR_DEVICE,
                    POOL_AWAIT_DEVICE ->
                new DeviceException(DeviceException.Kind.KERNEL, step + " " + side, "a device", WHY);
            case POOL_DESCRIBE -> new RetryableProviderException(Refusal.UNAVAILABLE, "", step + ": " + WHY);
            case ADD_CLAIM, DEL_RELEASE, GC_RELEASE_UNOWNED, POOL_CREATE, POOL_ATTACH, POOL_DETACH, POOL_DELETE ->
                side == Side.BEFORE
                        ? new RetryableProviderException(Refusal.UNAVAILABLE, "", step + ": " + WHY)
                        : new AmbiguousProviderException(Refusal.UNAVAILABLE, "", step + ", answer lost: " + WHY);
        };
    }
}
