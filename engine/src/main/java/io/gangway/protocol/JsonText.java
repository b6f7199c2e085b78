package io.gangway.protocol;

import java.io.Writer;

/** Collects what a JsonWriter writes. Not thread-safe, unlike a StringWriter, whose locks cost as much as the text. */
final class JsonText extends Writer {
    private final StringBuilder text = new StringBuilder(64);

    @Override
    public void write(int character) {
        text.append((char) character);
    }

    @Override
    public void write(char[] characters, int offset, int length) {
        text.append(characters, offset, length);
    }

    @Override
    public void write(String string) {
        text.append(string);
    }

    @Override
    public void write(String string, int offset, int length) {
        text.append(string, offset, offset + length);
    }

    @Override
    public JsonText append(CharSequence characters) {
        text.append(characters);
        return this;
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}

    /** {@return the text written so far} */
    @Override
    public String toString() {
        return text.toString();
    }
}
