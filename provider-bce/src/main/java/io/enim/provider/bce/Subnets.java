// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.bce;

import io.enim.FatalProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.provider.support.Ipv6Mode;
import io.enim.provider.support.SubnetRotation;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The subnets, asked for once each and then remembered, and which of them to create in. */
final class Subnets {
    private static final Duration FULL_PAUSE = Duration.ofMinutes(1);

    private final BceCalls calls;
    private final List<String> configured;
    private final String zone;
    private final Ipv6Mode ipv6;
    private final Map<String, BceSubnet> known = new ConcurrentHashMap<>();
    private final SubnetRotation<BceSubnet> rotation;

    Subnets(BceCalls calls, List<String> configured, String zone, Ipv6Mode ipv6, Clock clock) {
        this.calls = calls;
        this.configured = configured;
        this.zone = zone;
        this.ipv6 = ipv6;
        this.rotation = new SubnetRotation<>(BceSubnet::id, FULL_PAUSE, clock);
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

    /** Creates in the first subnet with room, in the order of the settings; those last that had none a moment ago. */
    <T> T create(String token, SubnetRotation.Attempt<BceSubnet, T> create) {
        return rotation.create(token, this::candidates, create);
    }

    private List<BceSubnet> candidates() {
        List<BceSubnet> here = configured.stream()
                .map(this::get)
                .filter(subnet ->
                        subnet.mayBeIn(zone) && ipv6.admits(subnet.ipv6().isPresent()))
                .sorted(Comparator.comparing(rotation::isFull))
                .toList();
        if (here.isEmpty()) {
            String message = "create: of the subnets " + configured + " none is in zone " + zone
                    + (ipv6 == Ipv6Mode.REQUIRED ? " with an IPv6 block" : "") + "; correct enim.provider.bce.subnets";
            throw new FatalProviderException(Refusal.OTHER, "", message);
        }
        return here;
    }

    boolean wantsIpv6(BceSubnet subnet) {
        return ipv6.assigns(subnet.ipv6().isPresent());
    }
}
