package io.enim.provider.bce;

import static io.enim.emulator.adapter.AdapterFixture.subnet;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.emulator.adapter.WireFile;
import io.enim.provider.CloudEni;
import io.enim.provider.EniCloud;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every kind of request that the adapter sends, as it is on the wire, beside Baidu's own example of the call. */
class BceWireTest {
    private static final Pattern PARAMETER = Pattern.compile("[?&](\\w+)(?=[=& \\n])|\"(\\w+)\"\\s*:");
    private static final Pattern RANDOM_TOKEN = Pattern.compile("clientToken=[0-9a-f]{8}-[0-9a-f-]{27}");
    private static final Map<Pattern, String> CALLS = Map.of(
            Pattern.compile("POST /v1/eni\\?"), "CreateEni",
            Pattern.compile("PUT /v1/eni/[^?]+\\?attach"), "AttachEni",
            Pattern.compile("PUT /v1/eni/[^?]+\\?.*detach"), "DetachEni",
            Pattern.compile("DELETE /v1/eni/"), "DeleteEni",
            Pattern.compile("GET /v1/eni\\?"), "ListEni",
            Pattern.compile("GET /v1/eni/quota"), "GetEniQuota",
            Pattern.compile("GET /v1/eni/eni-"), "GetEniDetail",
            Pattern.compile("GET /v1/subnet/"), "GetSubnet",
            Pattern.compile("GET /v2/instance/"), "GetInstance");

    private static Set<String> names(String text) {
        Set<String> names = new TreeSet<>();
        Matcher found = PARAMETER.matcher(text);
        while (found.find()) {
            names.add(found.group(1) == null ? found.group(2) : found.group(1));
        }
        return names;
    }

    private static String call(String request) {
        List<String> found = CALLS.entrySet().stream()
                .filter(call -> call.getKey().matcher(request).lookingAt())
                .map(Map.Entry::getValue)
                .toList();
        assertThat(found).as(request).hasSize(1);
        return found.get(0);
    }

    @Test
    void eachRequestIsSentAsTheVendorDocumentsIt() throws Exception {
        Map<String, List<String>> sent = new TreeMap<>();
        try (BceTestFixture lab = new BceTestFixture(
                3,
                subnet("sbn-1", BceTestFixture.ZONE, "10.0.1.0/24", "2001:db8:1::/64"),
                subnet("sbn-2", BceTestFixture.ZONE, "10.0.2.0/24"))) {
            EniCloud cloud = lab.cloud();
            CloudEni eni = lab.attached(cloud);
            cloud.limits();
            lab.bce.quotaOfInstanceOnly(3);
            cloud.limits();
            cloud.detach(eni.id());
            cloud.delete(eni.id());
            EniCloud enterprise =
                    lab.cloud(Map.of("subnets", "sbn-2", "security-groups", "", "enterprise-security-groups", "esg-1"));
            enterprise.create(lab.request());
            enterprise.create(lab.request());
            lab.bce.pageSize(1);
            cloud.describe();
            for (String request : lab.bce.wire()) {
                List<String> ofCall = sent.computeIfAbsent(call(request), key -> new ArrayList<>());
                boolean isNew = ofCall.stream().noneMatch(other -> names(other).equals(names(request)));
                if (isNew) {
                    ofCall.add(RANDOM_TOKEN.matcher(request).replaceAll("clientToken=UUID"));
                }
            }
        }
        assertThat(WireFile.calls()).isEqualTo(sent.keySet());
        for (Map.Entry<String, List<String>> call : sent.entrySet()) {
            new WireFile(call.getKey(), BceWireTest::names).assertSent(call.getValue());
        }
    }
}
