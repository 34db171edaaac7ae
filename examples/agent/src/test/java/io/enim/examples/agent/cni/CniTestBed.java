package io.enim.examples.agent.cni;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import io.enim.HostLink;
import io.enim.examples.agent.cni.spec.CniRequest;
import io.enim.examples.agent.cni.spec.CniResponse;
import io.enim.examples.agent.testing.InMemoryManager;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A service over a manager in memory, and calls as a runtime makes them. */
final class CniTestBed {
    static final String NETNS = "/var/run/netns/cni-1";
    static final String POD = "K8S_POD_NAMESPACE=shop;K8S_POD_NAME=cart;K8S_POD_INFRA_CONTAINER_ID=c1;IgnoreUnknown=1";

    final InMemoryManager manager;
    final CniService service;
    final List<String> counted = new CopyOnWriteArrayList<>();

    CniTestBed(InMemoryManager manager) {
        this(manager, Optional.empty());
    }

    CniTestBed(InMemoryManager manager, Optional<HostLink> hostLink) {
        this.manager = manager;
        this.service = new CniService(
                manager, Duration.ofSeconds(30), hostLink, (command, code, took) -> counted.add(command + " " + code));
    }

    /** A call for container c1 and interface eth0, which a test changes where it matters. */
    static CniCall call(String command) {
        return new CniCall(command, "c1", NETNS, "eth0", POD, config("1.0.0"));
    }

    /** A call for the whole node. */
    static CniCall nodeCall(String command) {
        return new CniCall(command, "", "", "", "", config("1.1.0"));
    }

    static String config(String version, String... more) {
        return "{\"cniVersion\":\"" + version + "\",\"name\":\"pods\",\"type\":\"enim\""
                + (more.length == 0 ? "" : "," + String.join(",", more)) + "}";
    }

    CniResponse answer(CniCall cniCall) {
        return service.answer(cniCall.request(Optional.empty()));
    }

    Map<String, Object> success(CniCall cniCall) {
        CniResponse answer = answer(cniCall);
        assertThat(answer.isSuccess()).as(answer.output()).isTrue();
        return json(answer);
    }

    /** A call that must succeed and print nothing. */
    void passes(CniCall cniCall) {
        assertThat(answer(cniCall)).isEqualTo(new CniResponse("", 0));
    }

    /** The error of a call that must fail with this code. */
    CniError error(int code, CniCall cniCall) {
        CniError error = error(cniCall);
        assertThat(error.code()).as("%s", error).isEqualTo(code);
        return error;
    }

    /** The error of a call that must fail. */
    CniError error(CniCall cniCall) {
        CniResponse answer = answer(cniCall);
        assertThat(answer.isSuccess()).as(answer.output()).isFalse();
        Map<String, Object> json = json(answer);
        return new CniError(
                ((Number) json.getOrDefault("code", -1)).intValue(),
                String.valueOf(json.get("msg")),
                String.valueOf(json.getOrDefault("details", "")),
                String.valueOf(json.get("cniVersion")));
    }

    static Map<String, Object> json(CniResponse answer) {
        try {
            return JSON.std.mapFrom(answer.output());
        } catch (IOException e) {
            throw new AssertionError("the answer is no JSON object: " + answer.output(), e);
        }
    }

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> objects(Map<String, Object> json, String key) {
        return (List<Map<String, Object>>) json.get(key);
    }

    /** A result as the runtime hands it back. */
    static String prevResult(Map<String, Object> result) {
        try {
            return "\"prevResult\":" + JSON.std.asString(new LinkedHashMap<>(result));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    record CniError(int code, String message, String details, String version) {}

    record CniCall(String command, String container, String netns, String ifname, String args, String config) {
        CniCall container(String value) {
            return new CniCall(command, value, netns, ifname, args, config);
        }

        CniCall netns(String value) {
            return new CniCall(command, container, value, ifname, args, config);
        }

        CniCall ifname(String value) {
            return new CniCall(command, container, netns, value, args, config);
        }

        CniCall args(String value) {
            return new CniCall(command, container, netns, ifname, value, config);
        }

        CniCall config(String value) {
            return new CniCall(command, container, netns, ifname, args, value);
        }

        CniRequest request(Optional<Duration> deadline) {
            byte[] stdin = config.getBytes(StandardCharsets.UTF_8);
            return new CniRequest(command, container, netns, ifname, args, stdin, deadline);
        }
    }
}
