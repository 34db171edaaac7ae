package io.enim.netlink.internal.sys;

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
        if (text.chars().noneMatch(KernelText::isEscape)) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        ByteBuffer out = ByteBuffer.allocate(3 * text.length());
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            i += Character.charCount(codePoint);
            if (isEscape(codePoint)) {
                out.put((byte) codePoint);
            } else {
                out.put(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
            }
        }
        byte[] bytes = new byte[out.flip().remaining()];
        out.get(bytes);
        return bytes;
    }

    private static boolean isEscape(int c) {
        return c >= (ESCAPE | 0x80) && c <= (ESCAPE | 0xff);
    }
}
