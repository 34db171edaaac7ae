package io.enim.examples.agent.http;

import io.enim.examples.agent.cni.spec.CniRequest;
import java.time.Duration;
import java.util.Optional;

/**
 * The plugin's form. It has the fields {@code command}, {@code container}, {@code netns}, {@code ifname} and
 * {@code args} from the environment, {@code config} from standard input, and {@code timeout}: the seconds it waits.
 */
final class CniForm {
    private CniForm() {}

    static CniRequest read(byte[] body) {
        FormBody form = FormBody.parse(body);
        return new CniRequest(
                form.text("command"),
                form.text("container"),
                form.text("netns"),
                form.text("ifname"),
                form.text("args"),
                form.bytes("config"),
                deadline(form.text("timeout")));
    }

    private static Optional<Duration> deadline(String seconds) {
        if (!seconds.matches("[1-9]\\d{0,4}")) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofSeconds(Long.parseLong(seconds)));
    }
}
