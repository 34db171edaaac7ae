// SPDX-License-Identifier: Apache-2.0
package io.enim.emulator.bce;

import static io.enim.emulator.bce.BceError.require;

import io.enim.EniAddress;
import io.enim.provider.fake.region.SimulatedEni;
import io.enim.provider.fake.region.SimulatedEni.Attachment;
import io.enim.provider.fake.region.SimulatedEni.State;
import io.enim.provider.fake.region.SimulatedRegion;
import io.enim.provider.fake.region.Subnet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** BCE's calls on ENIs and subnets, over a region: reads requests and writes answers. */
final class EniApi {
    static final String NAME = "name";
    static final String TRAFFIC_MODE = "networkInterfaceTrafficMode";
    private static final String DESCRIPTION = "description";
    private static final int MAX_KEYS = 1000;

    private final SimulatedRegion model;
    private final String vpc;
    /** The status that is reported of an ENI, whatever its state is. */
    final Map<String, String> statusOverrides = new ConcurrentHashMap<>();

    /** At most so many items on a page, whatever is asked for. */
    volatile int pageSize = MAX_KEYS;

    volatile boolean forgetsTokens;

    /** What the instance's description says, when no other call does. */
    volatile OptionalInt eniQuota = OptionalInt.empty();

    EniApi(SimulatedRegion model, String vpc) {
        this.model = model;
        this.vpc = vpc;
    }

    /** Answers a request with JSON; empty where BCE answers nothing. */
    String answer(String method, String path, QueryString query, String body) {
        String[] parts = path.substring(1).split("/", -1);
        boolean enis = parts.length >= 2 && parts[0].equals("v1") && parts[1].equals("eni");
        boolean instance = parts.length == 3 && parts[0].equals("v2") && parts[1].equals("instance");
        boolean subnet = parts.length == 3 && parts[0].equals("v1") && parts[1].equals("subnet");
        String call =
                method + (enis ? " eni " + (parts.length - 2) : subnet ? " subnet" : instance ? " instance" : " ?");
        return switch (call) {
            case "GET eni 0" -> list(query);
            case "GET eni 1" -> parts[2].equals("quota") ? quota(query) : detail(parts[2]);
            case "GET eni 2" -> status(parts[2], parts[3]);
            case "POST eni 0" -> create(query, members(body));
            case "PUT eni 1" -> change(parts[2], query, members(body));
            case "DELETE eni 1" -> {
                model.delete(parts[2]);
                yield "";
            }
            case "GET subnet" -> subnet(parts[2]);
            case "GET instance" -> instance(parts[2]);
            default -> throw unknown(path);
        };
    }

    private static BceError unknown(String path) {
        return new BceError(404, "NoSuchObject", "no such resource: " + path);
    }

    private static Map<?, ?> members(String body) {
        try {
            return Json.object(body);
        } catch (IllegalArgumentException e) {
            throw new BceError(400, "MalformedJSON", String.valueOf(e.getMessage()));
        }
    }

    private String list(QueryString query) {
        String wantedVpc = query.require("vpcId");
        Predicate<SimulatedEni> filter = eni -> vpc.equals(wantedVpc);
        if (query.has("instanceId")) {
            filter = filter.and(eni -> instance(eni).equals(query.get("instanceId")));
        }
        if (query.has(NAME)) {
            filter = filter.and(eni -> eni.tags().getOrDefault(NAME, "").startsWith(query.get(NAME)));
        }
        String asked = query.has("maxKeys") ? query.get("maxKeys") : String.valueOf(MAX_KEYS);
        boolean isValid = asked.matches("[1-9]\\d{0,3}") && Integer.parseInt(asked) <= MAX_KEYS;
        require(isValid, "maxKeys is 1 to " + MAX_KEYS);
        int most = Math.min(Integer.parseInt(asked), pageSize);
        SimulatedRegion.Page page =
                model.describe(filter, Optional.of(query.get("marker")).filter(marker -> !marker.isEmpty()), most);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("enis", page.enis().stream().map(this::described).toList());
        answer.put("marker", query.get("marker"));
        answer.put("isTruncated", page.next().isPresent());
        page.next().ifPresent(next -> answer.put("nextMarker", next));
        answer.put("maxKeys", most);
        return Json.text(answer);
    }

    private SimulatedEni find(String eniId) {
        return model.find(eniId).orElseThrow(() -> new BceError(404, "EniNotFoundException", "resource not exist"));
    }

    private String detail(String eniId) {
        SimulatedEni eni = find(eniId);
        Map<String, Object> answer = described(eni);
        answer.put("createdTime", eni.created().toString());
        answer.put("securityGroupIds", List.of());
        return Json.text(answer);
    }

    private String status(String eniId, String what) {
        if (!what.equals("status")) {
            throw unknown(what);
        }
        return Json.text(Map.of("status", state(find(eniId))));
    }

    private Map<String, Object> described(SimulatedEni eni) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("eniId", eni.id());
        members.put(NAME, eni.tags().getOrDefault(NAME, ""));
        members.put(DESCRIPTION, eni.tags().getOrDefault(DESCRIPTION, ""));
        members.put("instanceId", instance(eni));
        members.put("macAddress", eni.mac().toString());
        members.put("vpcId", vpc);
        members.put("subnetId", eni.subnetId());
        members.put("status", state(eni));
        members.put(TRAFFIC_MODE, eni.tags().getOrDefault(TRAFFIC_MODE, "standard"));
        members.put("privateIpSet", addresses(eni.ipv4(), true));
        // The cloud calls every IPv6 address a secondary one.
        members.put("ipv6PrivateIpSet", addresses(eni.ipv6(), false));
        return members;
    }

    private static List<Map<String, Object>> addresses(Optional<EniAddress> address, boolean primary) {
        return address.stream()
                .map(at -> at.address().getHostAddress())
                .map(at -> Map.<String, Object>of("primary", primary, "privateIpAddress", at, "publicIpAddress", ""))
                .toList();
    }

    private static String instance(SimulatedEni eni) {
        return eni.attachment().map(Attachment::instanceId).orElse("");
    }

    private String state(SimulatedEni eni) {
        String state =
                eni.state() == State.IN_USE ? "inuse" : eni.state().name().toLowerCase(Locale.ROOT);
        return statusOverrides.getOrDefault(eni.id(), state);
    }

    private String create(QueryString query, Map<?, ?> body) {
        String name = text(body, NAME);
        require(name.matches("[A-Za-z][A-Za-z0-9_/.-]{0,64}"), "The param name is invalid");
        boolean groups = filled(body.get("securityGroupIds"));
        boolean enterpriseGroups = filled(body.get("enterpriseSecurityGroupIds"));
        require(groups != enterpriseGroups, "security groups of one kind are required");
        require(filled(body.get("privateIpSet")), "The param privateIpSet is required");
        String token = query.get("clientToken");
        require(token.length() <= 64, "The param clientToken is invalid");
        Map<String, String> tags = new LinkedHashMap<>();
        tags.put(NAME, name);
        tags.put(DESCRIPTION, text(body, DESCRIPTION));
        String mode = text(body, TRAFFIC_MODE);
        tags.put(TRAFFIC_MODE, mode.isEmpty() ? "standard" : mode);
        boolean fresh = token.isEmpty() || forgetsTokens;
        SimulatedEni made = model.create(fresh ? UUID.randomUUID().toString() : token, text(body, "subnetId"), tags);
        return Json.text(Map.of("eniId", made.id()));
    }

    private static boolean filled(@Nullable Object list) {
        return list instanceof List<?> items && !items.isEmpty();
    }

    private static String text(Map<?, ?> members, String name) {
        return members.get(name) instanceof String text ? text : "";
    }

    private String change(String eniId, QueryString query, Map<?, ?> body) {
        String instance = text(body, "instanceId");
        if (query.has("attach")) {
            require(!instance.isEmpty(), "The param instanceId is required");
            model.attach(eniId, instance, -1);
        } else {
            require(query.has("detach"), "no known action");
            model.detach(eniId);
        }
        return "";
    }

    private String instance(String id) {
        int most = model.instance(id).maxEnis();
        Map<String, Object> members = Map.of("id", id, "status", "Running", "eniQuota", eniQuota.orElse(most));
        return Json.text(Map.of("instance", members));
    }

    private String quota(QueryString query) {
        if (eniQuota.isPresent()) {
            throw unknown("/v1/eni/quota");
        }
        String id = query.require("instanceId");
        int total = model.instance(id).maxEnis();
        long attached = model.enis().stream().filter(eni -> eni.isAt(id)).count();
        return Json.text(Map.of("totalQuantity", total, "availableQuantity", Math.max(0, total - attached)));
    }

    private String subnet(String id) {
        Map.Entry<Subnet, Integer> found = model.subnets().entrySet().stream()
                .filter(entry -> entry.getKey().id().equals(id))
                .findFirst()
                .orElseThrow(() -> new BceError(404, "NoSuchObject", "subnet not exist"));
        Subnet subnet = found.getKey();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("subnetId", id);
        members.put(NAME, id);
        members.put("zoneName", subnet.zone());
        members.put("cidr", subnet.ipv4().map(Object::toString).orElse(""));
        members.put("ipv6Cidr", subnet.ipv6().map(Object::toString).orElse(""));
        members.put("vpcId", vpc);
        members.put("subnetType", "BCC");
        members.put("availableIp", found.getValue());
        return Json.text(Map.of("subnet", members));
    }
}
