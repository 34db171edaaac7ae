// SPDX-License-Identifier: Apache-2.0
package io.enim.core.internal.ledger;

import io.enim.InvalidRequestException;
import io.enim.MacAddress;
import io.enim.spi.DeviceBaseline;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A device baseline as fields of text, and back. */
final class DeviceBaselineCodec {
    private static final String MAC = "home.mac";
    private static final String SEGMENTATION = "home.segmentation.";

    private static final String KIND = "home.kind";
    private static final String KIND_BEFORE = "veth";

    private DeviceBaselineCodec() {}

    static Map<String, String> encode(DeviceBaseline baseline) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put(MAC, baseline.mac().toString());
        fields.put("home.name", baseline.name());
        fields.put("home.ifindex", Integer.toString(baseline.ifindex()));
        fields.put("home.mtu", Integer.toString(baseline.mtu()));
        fields.put("home.txqlen", Integer.toString(baseline.txQueueLength()));
        fields.put("home.group", Integer.toString(baseline.group()));
        baseline.segmentation().forEach((limit, value) -> fields.put(SEGMENTATION + limit, Integer.toString(value)));
        baseline.parent().ifPresent(parent -> fields.put("home.parent", parent));
        fields.put(KIND, baseline.kind().orElse(""));
        return fields;
    }

    /**
     * Reads a baseline; empty when the record has none.
     *
     * @throws InvalidRequestException a field is missing or invalid
     */
    static Optional<DeviceBaseline> decode(Map<String, String> texts) {
        Fields fields = new Fields(texts);
        if (!fields.has(MAC)) {
            return Optional.empty();
        }
        Map<String, Integer> segmentation = new LinkedHashMap<>();
        for (String name : texts.keySet()) {
            if (name.startsWith(SEGMENTATION)) {
                segmentation.put(name.substring(SEGMENTATION.length()), fields.number(name));
            }
        }
        Optional<String> parent = Optional.ofNullable(texts.get("home.parent"));
        // A record of a version that knew no kinds may be of a virtual device, where it has no parent device.
        String kind = texts.getOrDefault(KIND, parent.isPresent() ? "" : KIND_BEFORE);
        return Optional.of(new DeviceBaseline(
                MacAddress.parse(fields.text(MAC)),
                fields.text("home.name"),
                fields.number("home.ifindex"),
                fields.number("home.mtu"),
                fields.number("home.txqlen"),
                fields.number("home.group"),
                segmentation,
                parent,
                Optional.of(kind).filter(known -> !known.isEmpty())));
    }
}
