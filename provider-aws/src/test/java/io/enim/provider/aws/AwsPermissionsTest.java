package io.enim.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.provider.CloudEni;
import io.enim.provider.EniCloud;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The policy of {@code docs/clouds.md} allows every request of the adapter, and nothing else. */
class AwsPermissionsTest {
    private static final Path PAGE =
            Path.of(System.getProperty("enim.root", "..")).resolve("docs/clouds.md");
    private static final Pattern JSON = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);
    private static final Pattern TAG = Pattern.compile("TagSpecification\\.1\\.Tag\\.(\\d+)\\.Key");

    /** The tags of each interface, while it existed. */
    private final Map<String, Map<String, String>> tags = new HashMap<>();

    private static IamPolicy policy() throws Exception {
        Matcher json = JSON.matcher(Files.readString(PAGE));
        assertThat(json.find()).isTrue();
        return new IamPolicy(json.group(1).replace("CLUSTER", "prod"));
    }

    private static String arn(String kind, String id) {
        return "arn:aws:ec2:us-east-1:111122223333:" + kind + "/" + id;
    }

    /** What IAM is asked for a request: each resource, with what is known of it. */
    private Map<List<String>, Map<String, String>> questions(Map<String, String> request) {
        Map<List<String>, Map<String, String>> asked = new LinkedHashMap<>();
        String action = request.get("Action");
        switch (action) {
            case "CreateNetworkInterface" -> {
                asked.put(List.of(action, arn("subnet", request.get("SubnetId"))), Map.of());
                asked.put(List.of(action, arn("security-group", request.get("SecurityGroupId.1"))), Map.of());
                Map<String, String> context = new HashMap<>(Map.of("ec2:CreateAction", action));
                request.forEach((name, value) -> {
                    if (TAG.matcher(name).matches()) {
                        context.put("aws:RequestTag/" + value, request.get(name.replaceFirst("Key$", "Value")));
                    }
                });
                asked.put(List.of(action, arn("network-interface", "*")), context);
                asked.put(List.of("CreateTags", arn("network-interface", "*")), context);
            }
            case "AttachNetworkInterface", "DetachNetworkInterface", "ModifyNetworkInterfaceAttribute" -> {
                String id = request.getOrDefault("NetworkInterfaceId", "")
                        + request.getOrDefault("AttachmentId", "").replaceFirst("^attach-", "");
                asked.put(List.of(action, arn("network-interface", id)), ofEni(id));
                asked.put(List.of(action, arn("instance", Ec2TestFixture.INSTANCE)), Map.of());
            }
            case "DeleteNetworkInterface" -> {
                String id = request.get("NetworkInterfaceId");
                asked.put(List.of(action, arn("network-interface", id)), ofEni(id));
            }
            default -> asked.put(List.of(action, "*"), Map.of());
        }
        return asked;
    }

    private Map<String, String> ofEni(String id) {
        Map<String, String> context = new HashMap<>();
        tags.getOrDefault(id, Map.of()).forEach((key, value) -> context.put("aws:ResourceTag/" + key, value));
        return context;
    }

    private static Map<String, String> parameters(String wire) {
        Map<String, String> parameters = new LinkedHashMap<>();
        wire.lines().filter(line -> line.contains("=")).forEach(line -> {
            int equals = line.indexOf('=');
            parameters.put(line.substring(0, equals), line.substring(equals + 1));
        });
        return parameters;
    }

    @Test
    void theCallsNeedWhatThePolicyAllowsAndNothingElse() throws Exception {
        IamPolicy policy = policy();
        List<String> wire;
        try (Ec2TestFixture lab = Ec2TestFixture.small()) {
            EniCloud cloud = lab.cloud();
            CloudEni eni = lab.attached(cloud);
            tags.put(eni.id(), lab.simulatedEni(eni.id()).tags());
            cloud.describe();
            cloud.limits();
            cloud.detach(eni.id());
            cloud.delete(eni.id());
            wire = lab.ec2.wire();
        }
        assertThat(wire).hasSizeGreaterThan(8);
        for (String request : wire) {
            questions(parameters(request))
                    .forEach((asked, context) -> assertThat(policy.allows(asked.get(0), asked.get(1), context))
                            .as("%s with %s", asked, context)
                            .isTrue());
        }
        assertThat(policy.unused()).isEmpty();
    }

    @Test
    void whatIsAnothersOrHasNoOwnerIsNotAllowed() throws Exception {
        IamPolicy policy = policy();
        for (Map<String, String> context : List.of(
                Map.<String, String>of(),
                Map.of("aws:ResourceTag/enim:cluster", "other", "aws:RequestTag/enim:cluster", "other"))) {
            for (String action : List.of(
                    "AttachNetworkInterface",
                    "DetachNetworkInterface",
                    "ModifyNetworkInterfaceAttribute",
                    "DeleteNetworkInterface",
                    "CreateNetworkInterface",
                    "CreateTags")) {
                assertThat(policy.allows(action, arn("network-interface", "eni-1"), context))
                        .as("%s with %s", action, context)
                        .isFalse();
            }
        }
        assertThat(policy.allows("RunInstances", "*", Map.of())).isFalse();
    }
}
