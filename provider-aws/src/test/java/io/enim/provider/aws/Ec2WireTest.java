package io.enim.provider.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.emulator.adapter.AdapterFixture;
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

/** Every kind of request that the adapter sends, as it is on the wire, beside Amazon's own example of the call. */
class Ec2WireTest {
    private static final Pattern PARAMETER = Pattern.compile("(?m)(?:[?&]|^\\s*)([A-Z][\\w.]*)=");
    private static final Pattern NUMBER = Pattern.compile("(?<=\\.)\\d+(?=\\.|$)");
    private static final Pattern ACTION = Pattern.compile("(?m)^Action=(\\w+)$");

    private static Set<String> names(String text) {
        Set<String> names = new TreeSet<>();
        Matcher found = PARAMETER.matcher(text);
        while (found.find()) {
            names.add(NUMBER.matcher(found.group(1)).replaceAll("N"));
        }
        return names;
    }

    @Test
    void eachRequestIsSentAsTheVendorDocumentsIt() throws Exception {
        Map<String, List<String>> sent = new TreeMap<>();
        try (Ec2TestFixture lab = new Ec2TestFixture(
                3,
                AdapterFixture.subnet("subnet-1", Ec2TestFixture.ZONE, "10.0.1.0/24", "2001:db8:1::/64"),
                AdapterFixture.subnet("subnet-2", Ec2TestFixture.ZONE, "10.0.2.0/24"))) {
            lab.ec2.tagSubnet("subnet-2", Map.of("role", "pods"));
            EniCloud cloud = lab.cloud();
            CloudEni eni = lab.attached(cloud);
            cloud.describe();
            cloud.limits();
            cloud.detach(eni.id());
            cloud.delete(eni.id());
            EniCloud byTag =
                    lab.cloud(Map.of("subnet-tags", "role=pods", "security-groups", "sg-7,sg-8", "tags", "team=net"));
            byTag.create(lab.request());
            lab.ec2.pageSize(1);
            byTag.create(lab.request());
            cloud.describe();
            for (String request : lab.ec2.wire()) {
                Matcher action = ACTION.matcher(request);
                assertThat(action.find()).as(request).isTrue();
                List<String> ofAction = sent.computeIfAbsent(action.group(1), key -> new ArrayList<>());
                boolean isNew =
                        ofAction.stream().noneMatch(other -> names(other).equals(names(request)));
                if (isNew) {
                    ofAction.add(request);
                }
            }
        }
        assertThat(WireFile.calls()).isEqualTo(sent.keySet());
        for (Map.Entry<String, List<String>> call : sent.entrySet()) {
            new WireFile(call.getKey(), Ec2WireTest::names).assertSent(call.getValue());
        }
    }
}
