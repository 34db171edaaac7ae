// SPDX-License-Identifier: Apache-2.0
package io.enim.netlink.internal.sys;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Names, aliases and labels of the kernel: bytes to it, and mostly UTF-8. A byte that is none becomes a low surrogate
 * without its high one, {@code U+DC80} to {@code U+DCFF}, and that byte again when it is written; so whatever a tenant
 * named a thing, the name that was read also removes it. For printing see {@link io.enim.PrintableText}.
 */
public final class KernelText {
    private static final char ESCAPE = '\udc00';

    private KernelText() {}

    public static String decode(byte[] bytes, int length) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes, 0, length);
        CharBuffer out = CharBuffer.allocate(length + 1);
        CoderResult result = decoder.decode(in, out, true);
        while (result.isError()) {
            for (int i = 0; i < result.length(); i++) {
                out.put((char) (ESCAPE | (in.get() & 0xff)));
            }
            result = decoder.reset().decode(in, out, true);
        }
        return out.flip().toString();
    }

    public static byte[] encode(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        text.codePoints().forEach(codePoint -> {
            if (isEscape(codePoint)) {
                out.write(codePoint);
            } else {
                out.writeBytes(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
            }
        });
        return out.toByteArray();
    }

    private static boolean isEscape(int c) {
        return c >= (ESCAPE | 0x80) && c <= (ESCAPE | 0xff);
    }
}
