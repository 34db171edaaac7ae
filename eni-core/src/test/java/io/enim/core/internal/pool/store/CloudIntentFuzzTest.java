package io.enim.core.internal.pool.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.InvalidRequestException;
import io.enim.testing.FuzzTarget;
import java.util.List;
import java.util.Map;

/** The fields of a record of an intent, one a line. What is accepted names something, and is written and read again as the same. */
public final class CloudIntentFuzzTest extends FuzzTarget {
    @Override
    protected List<byte[]> inputs() {
        return texts(
                "kind=create\ntoken=t1\nsince=2026-01-02T03:04:05Z\n",
                "kind=retire\neni=eni-1\nsince=2026-01-02T03:04:05Z\n",
                "kind=retire\neni=\nsince=2026-01-02T03:04:05Z\n",
                "kind=create\ntoken=t1\nsince=\u001b[2J\n",
                "kind=create\ntoken=\u00e9\nsince=+999999999-01-01T00:00:00Z\n");
    }

    public static void fuzzerTestOneInput(byte[] input) {
        Map<String, String> fields = fields(input);
        readOrRefused(
                () -> {
                    CloudIntent intent = CloudIntent.of(fields);
                    assertThat(intent.recordName()).isNotIn("create-", "retire-");
                    assertThat(CloudIntent.of(intent.fields())).isEqualTo(intent);
                },
                InvalidRequestException.class);
    }
}
