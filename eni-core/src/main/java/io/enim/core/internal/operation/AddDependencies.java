package io.enim.core.internal.operation;

import io.enim.core.internal.ledger.DeviceBaselines;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.step.StepRunner;
import io.enim.provider.EniProvider;
import io.enim.spi.NetworkDevices;
import java.time.Clock;
import java.time.Duration;

/**
 * What an ADD works with.
 *
 * @param deviceTimeout how long it waits for a device to appear, within its own deadline
 * @param undoTimeout how long undoing may take, beyond its own deadline
 */
public record AddDependencies(
        Ledger ledger,
        EniProvider provider,
        NetworkDevices devices,
        StepRunner steps,
        ReleaseOperation release,
        AvailabilitySignal availability,
        DeviceBaselines baselines,
        Clock clock,
        Duration deviceTimeout,
        Duration undoTimeout) {}
