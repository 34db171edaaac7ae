package io.enim.systemtests.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.systemtests.e2e.HostPrograms;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image is a function of the files that it is made of. */
class ImageBuildIT {
    private static final Pattern VERSION = Pattern.compile("enim-agent-(.*)-image\\.tar");
    private static final Pattern TIME =
            Pattern.compile("<project.build.outputTimestamp>(.*)</project.build.outputTimestamp>");

    @Test
    void theSameFilesGiveTheSameImage(@TempDir Path directory) throws Exception {
        HostPrograms.assumeInstalled();
        Path image = ImageNode.image();
        String version = group(VERSION, image.getFileName().toString());
        String time = group(TIME, Files.readString(Manifest.PROJECT.resolve("pom.xml")));
        String build =
                Manifest.PROJECT.resolve("examples/agent/package/image/build").toString();
        // The build of this test may have named its own program java as the one of a JDK.
        String jdk = "JAVA_HOME=" + System.getProperty("java.home");
        HostPrograms.run("env", jdk, build, version, time, directory.toString()).successful();
        assertThat(Files.mismatch(directory.resolve(image.getFileName()), image))
                .isEqualTo(-1);
    }

    private static String group(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        assertThat(found.find()).as("%s in %s", pattern, text).isTrue();
        return found.group(1);
    }
}
