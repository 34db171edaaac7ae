package io.enim.provider.bce;

import io.enim.FatalProviderException;
import io.enim.ProviderException.Refusal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The subnets, asked for once each and then remembered, and which of them to create in. */
final class Subnets {
    static final Duration FULL = Duration.ofMinutes(1);

    private final BceCalls calls;
    private final List<String> configured;
    private final String zone;
    private final BceSettings.Ipv6 ipv6;
    private final Clock clock;
    private final Map<String, BceSubnet> known = new ConcurrentHashMap<>();
    private final Map<String, Instant> full = new ConcurrentHashMap<>();

    Subnets(BceCalls calls, List<String> configured, String zone, BceSettings.Ipv6 ipv6, Clock clock) {
        this.calls = calls;
        this.configured = configured;
        this.zone = zone;
        this.ipv6 = ipv6;
        this.clock = clock;
    }

    /** A subnet; two at once that need it first both ask, and no lock is held meanwhile. */
    BceSubnet get(String id) {
        BceSubnet subnet = known.get(id);
        return subnet == null ? refresh(id) : subnet;
    }

    /** Asks again, when an address shows that the subnet got a block it did not have. */
    BceSubnet refresh(String id) {
        BceSubnet asked = BceSubnet.of(id, calls.subnet(id));
        known.put(id, asked);
        return asked;
    }

    /** Where to create, best first: in the order of the settings, those last that had no room a moment ago. */
    List<BceSubnet> candidates() {
        List<BceSubnet> here = new ArrayList<>();
        List<BceSubnet> fullOnes = new ArrayList<>();
        Instant since = clock.instant().minus(FULL);
        for (String id : configured) {
            BceSubnet subnet = get(id);
            boolean suits = subnet.mayBeIn(zone)
                    && (ipv6 != BceSettings.Ipv6.REQUIRED || subnet.ipv6().isPresent());
            if (suits) {
                Instant at = full.get(id);
                (at != null && at.isAfter(since) ? fullOnes : here).add(subnet);
            }
        }
        here.addAll(fullOnes);
        if (here.isEmpty()) {
            throw new FatalProviderException(
                    Refusal.OTHER,
                    "",
                    "create: of the subnets " + configured + " none is in zone " + zone
                            + (ipv6 == BceSettings.Ipv6.REQUIRED ? " with an IPv6 block" : "")
                            + "; correct enim.provider.bce.subnets");
        }
        return here;
    }

    void full(String id) {
        full.put(id, clock.instant());
    }

    boolean wantsIpv6(BceSubnet subnet) {
        return ipv6 != BceSettings.Ipv6.OFF && subnet.ipv6().isPresent();
    }
}
