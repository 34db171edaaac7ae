package io.enim.core.internal.life;

import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.EniException;
import io.enim.InvalidRequestException;
import io.enim.core.internal.ledger.Homes;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.step.Step;
import io.enim.core.internal.step.Steps;
import io.enim.provider.EniProvider;
import io.enim.spi.Device;
import io.enim.spi.HomeState;
import io.enim.spi.Homecoming;
import io.enim.spi.Netns;
import io.enim.spi.NetworkDevices;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way an ENI becomes free: record, bring home, verify, forget, hand back. DEL, the undoing of an ADD and
 * garbage collection all go through here, in the lane of the endpoint.
 *
 * <p><b>Why the record goes before the ENI is handed back.</b> The moment the provider has it, another endpoint may
 * get it and record so. Were the old record still there, a crash would leave two records of one ENI, and finishing the
 * old DEL would take the device from its new owner (P1, P4). A crash between the two leaves an ENI that the provider
 * calls used and nobody owns, which garbage collection hands back; its device is home already (P2).
 *
 * <p>The one other end is {@link #writeOff}: of an ENI that is lost, whose device cannot come home.
 */
public final class Release {
    /** How far a device is looked for. */
    public enum Reach {
        /** At home alone. */
        HOME,
        /** In its sandbox and, if need be, in every namespace. */
        ANYWHERE
    }

    /** What became of the ENI. */
    public enum End {
        /** The provider has it back. */
        FREED,
        /** It stays with the endpoint. */
        KEPT,
        /** It stays with the endpoint, whose sandbox is gone, and its device is in no place of this machine. */
        KEPT_WITHOUT_DEVICE
    }

    /**
     * How it ended.
     *
     * @param detail where the device was and what was mended; or why the ENI is kept
     */
    public record Result(End end, String detail) {
        /** Whether the provider has the ENI back. */
        public boolean freed() {
            return end == End.FREED;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(Release.class);

    private final Ledger ledger;
    private final Homes homes;
    private final EniProvider provider;
    private final NetworkDevices devices;
    private final Steps steps;
    private final Availability availability;

    public Release(
            Ledger ledger,
            Homes homes,
            EniProvider provider,
            NetworkDevices devices,
            Steps steps,
            Availability availability) {
        this.ledger = ledger;
        this.homes = homes;
        this.provider = provider;
        this.devices = devices;
        this.steps = steps;
        this.availability = availability;
    }

    /**
     * Ends an assignment. Whatever cannot be verified stays with the endpoint, in quarantine. The device of an
     * assignment without a sandbox is looked for at home alone: it was another's to move, who is about to bring it back
     * and would fail if it were gone.
     *
     * @throws io.enim.LedgerException the intent could not be recorded; nothing was begun
     */
    public Result run(Assignment assignment, Steps.Listener listener, Duration timeout) {
        return run(assignment, listener, timeout, assignment.sandbox().isPresent() ? Reach.ANYWHERE : Reach.HOME);
    }

    /** As {@link #run(Assignment, Steps.Listener, Duration)}, with a reach of the caller's choice. */
    public Result run(Assignment assignment, Steps.Listener listener, Duration timeout, Reach reach) {
        if (assignment.phase() != Phase.DELETING) {
            steps.run(
                    Step.DEL_RECORD_INTENT,
                    listener,
                    () -> ledger.put(assignment.in(Phase.DELETING, assignment.reason())));
        }
        Homecoming homecoming;
        try {
            homecoming = steps.call(Step.DEL_BRING_HOME, listener, () -> bringHome(assignment, timeout, reach));
        } catch (EniException e) {
            return keep(assignment, listener, e);
        }
        if (!homecoming.isVerified()) {
            boolean isNowhere = homecoming.foundIn() == Homecoming.Place.NOWHERE;
            if (isNowhere && reach == Reach.HOME) {
                return keep(
                        assignment,
                        listener,
                        End.KEPT,
                        "its device is not at home, and whoever moved it has not brought it back");
            }
            boolean isLost = isNowhere && homecoming.remaining().isEmpty() && isSandboxGone(assignment);
            return keep(assignment, listener, isLost ? End.KEPT_WITHOUT_DEVICE : End.KEPT, describe(homecoming));
        }
        steps.run(Step.DEL_FORGET, listener, () -> ledger.remove(assignment.endpoint()));
        try {
            steps.run(Step.DEL_RELEASE, listener, () -> provider.deallocateEni(assignment.endpoint()));
        } catch (EniException e) {
            return leave(assignment, e);
        }
        availability.signal();
        return new Result(End.FREED, describe(homecoming));
    }

    /**
     * Ends an assignment whose ENI is lost by the provider's evidence, after {@link #run} found its device nowhere. The
     * provider forgets the ENI; nothing is asked of the cloud.
     *
     * @throws io.enim.EniException the record could not be removed, or the provider failed; the next round sees what is
     *     left
     */
    public void writeOff(Assignment assignment, Steps.Listener listener) {
        steps.run(Step.DEL_FORGET, listener, () -> ledger.remove(assignment.endpoint()));
        steps.run(Step.DEL_RELEASE, listener, () -> provider.writeOff(assignment.endpoint()));
    }

    /**
     * It is forgotten, and stays so: the answer may be lost and another endpoint hold the ENI by now, whose device a record
     * brought back would take away. If the provider still calls it held, garbage collection hands it back.
     */
    private static Result leave(Assignment assignment, EniException why) {
        LOG.warn(
                "{} gave {} back, and the provider did not confirm it; garbage collection looks whether it has it",
                assignment.endpoint(),
                assignment.eni().id(),
                why);
        return new Result(
                End.KEPT, "its device is home, but the provider did not confirm that it has it: " + why.getMessage());
    }

    private Homecoming bringHome(Assignment assignment, Duration timeout, Reach reach) {
        Optional<Netns> netns = openSandbox(devices, assignment);
        try {
            Optional<HomeState> home = assignment
                    .home()
                    .or(() -> homes.of(assignment.eni().mac()))
                    .or(() -> devices.find(assignment.eni().mac(), timeout).map(Device::homeState));
            if (home.isEmpty()) {
                return new Homecoming(Homecoming.Place.NOWHERE, List.of(), List.of());
            }
            return reach == Reach.HOME
                    ? devices.cleanAtHome(home.get(), timeout)
                    : devices.bringHome(home.get(), netns, timeout);
        } finally {
            netns.ifPresent(Netns::close);
        }
    }

    /** The assignment's namespace if it is still the one that was recorded; empty when it is gone or another. */
    static Optional<Netns> openSandbox(NetworkDevices devices, Assignment assignment) {
        return assignment.sandbox().flatMap(sandbox -> {
            Netns netns;
            try {
                netns = devices.open(sandbox.path());
            } catch (InvalidRequestException e) {
                LOG.debug("{}: the sandbox is gone: {}", assignment.endpoint(), e.getMessage());
                return Optional.empty();
            }
            if (netns.id().isSame(sandbox.id())) {
                return Optional.of(netns);
            }
            netns.close();
            return Optional.empty();
        });
    }

    private boolean isSandboxGone(Assignment assignment) {
        Optional<Netns> sandbox = openSandbox(devices, assignment);
        sandbox.ifPresent(Netns::close);
        return sandbox.isEmpty();
    }

    private Result keep(Assignment assignment, Steps.Listener listener, EniException why) {
        LOG.warn("{} keeps {}: {}", assignment.endpoint(), assignment.eni().id(), why.getMessage(), why);
        return keep(assignment, listener, End.KEPT, String.valueOf(why.getMessage()));
    }

    private Result keep(Assignment assignment, Steps.Listener listener, End end, String why) {
        try {
            steps.run(Step.RECORD_QUARANTINE, listener, () -> ledger.put(assignment.in(Phase.QUARANTINED, why)));
        } catch (EniException e) {
            // The record still says DELETING, which garbage collection treats alike; only the reason is lost.
            LOG.warn("{}: the quarantine could not be recorded", assignment.endpoint(), e);
        }
        return new Result(end, why);
    }

    private static String describe(Homecoming homecoming) {
        return switch (homecoming.foundIn()) {
            case NOWHERE ->
                words(
                        "the device was found nowhere: neither at home nor in any namespace; is the ENI detached?",
                        homecoming);
            case HOME -> words("the device was at home", homecoming);
            case SANDBOX -> words("the device came from its sandbox", homecoming);
            case ELSEWHERE -> words("the device came from another namespace", homecoming);
        };
    }

    private static String words(String where, Homecoming homecoming) {
        String mended = homecoming.mended().isEmpty() ? "" : ", mended: " + String.join("; ", homecoming.mended());
        String stands = homecoming.foundIn() == Homecoming.Place.NOWHERE ? ", not searched: " : ", not clean: ";
        String remaining = homecoming.remaining().isEmpty() ? "" : stands + String.join("; ", homecoming.remaining());
        return where + mended + remaining;
    }
}
