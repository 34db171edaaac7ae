package io.enim.core.simulation;

import io.enim.MacAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * That no endpoint gets an ENI before its cooldown is over, from the return of its device, when the DEL of the endpoint before has
 * succeeded; but for a later life of the same pod.
 */
final class CooldownOracle {
    private final Scheduler scheduler;
    private final Duration cooldown;
    private final Consumer<String> violated;
    private final Map<MacAddress, Long> returned = new HashMap<>();
    private final Map<MacAddress, Path> movedTo = new HashMap<>();
    private final Map<Path, String> owners = new HashMap<>();
    private final Map<MacAddress, Long> restsUntil = new HashMap<>();

    CooldownOracle(Scheduler scheduler, Duration cooldown, Consumer<String> violated) {
        this.scheduler = scheduler;
        this.cooldown = cooldown;
        this.violated = violated;
    }

    void moves(MacAddress mac, Path sandbox) {
        long left = restsUntil.getOrDefault(mac, 0L) - scheduler.now();
        String owner = owners.get(sandbox);
        boolean isOwn = owner != null && owner.equals(owners.get(movedTo.get(mac)));
        if (left > 0 && !isOwn && !sandbox.equals(movedTo.get(mac))) {
            violated.accept("cooldown: the device of " + mac + " goes to " + sandbox + ", and was to rest for "
                    + Duration.ofNanos(left) + " more");
        }
        movedTo.put(mac, sandbox);
    }

    /** The sandbox is of the pod of this name. */
    void owned(Path sandbox, String pod) {
        owners.put(sandbox, pod);
    }

    /** Its device came to the host from a sandbox. */
    void returned(MacAddress mac) {
        returned.put(mac, scheduler.now());
    }

    /** The DEL of the endpoint that had this sandbox has succeeded, while nothing else failed. */
    void deleted(Path sandbox) {
        movedTo.forEach((mac, last) -> {
            if (last.equals(sandbox) && returned.containsKey(mac)) {
                restsUntil.put(mac, returned.get(mac) + cooldown.toNanos());
            }
        });
    }

    /** What was to rest need not do so any more. */
    void forget() {
        restsUntil.clear();
    }
}
