package io.enim.core.internal.life;

import io.enim.core.internal.ledger.Homes;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.step.Steps;
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
public record AddTools(
        Ledger ledger,
        EniProvider provider,
        NetworkDevices devices,
        Steps steps,
        Release release,
        Availability availability,
        Homes homes,
        Clock clock,
        Duration deviceTimeout,
        Duration undoTimeout) {}
