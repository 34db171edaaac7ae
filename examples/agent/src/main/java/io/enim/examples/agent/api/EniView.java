// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.api;

import io.enim.Eni;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An ENI of the node. */
public record EniView(
        String id,
        String mac,
        @Nullable AddressView ipv4,
        @Nullable AddressView ipv6,
        String subnet,
        int number,
        String state,
        @Nullable Map<String, String> holder,
        @Nullable String reason) {
    public static EniView of(Eni eni) {
        return new EniView(
                eni.id(),
                eni.mac().toString(),
                eni.ipv4().map(AddressView::of).orElse(null),
                eni.ipv6().map(AddressView::of).orElse(null),
                eni.subnetId(),
                eni.number(),
                eni.state().name(),
                eni.holder().map(EndpointView::of).orElse(null),
                eni.reason().isEmpty() ? null : eni.reason());
    }
}
