package io.gangway.protocol;

import com.google.gson.GsonBuilder;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.function.DoubleFunction;
import java.util.function.LongFunction;

/**
 * Binds numbers, booleans and characters for the standard Gson, and refuses values that do not fit the type.
 *
 * <p>Gson's own adapters would read 200 as the byte -56, "yes" as the boolean false, and ignore null for a primitive.
 */
final class Numbers {
    /** The same limit as Gson's: longer numbers cost more time to read than to send. */
    private static final int MOST_DIGITS = 10_000;

    private Numbers() {}

    static void register(GsonBuilder builder) {
        whole(builder, byte.class, Byte.class, Byte.MIN_VALUE, Byte.MAX_VALUE, value -> (byte) value);
        whole(builder, short.class, Short.class, Short.MIN_VALUE, Short.MAX_VALUE, value -> (short) value);
        whole(builder, int.class, Integer.class, Integer.MIN_VALUE, Integer.MAX_VALUE, value -> (int) value);
        whole(builder, long.class, Long.class, Long.MIN_VALUE, Long.MAX_VALUE, value -> value);
        builder.registerTypeAdapter(double.class, new Fraction<Double>(true, value -> value))
                .registerTypeAdapter(Double.class, new Fraction<Double>(false, value -> value))
                .registerTypeAdapter(float.class, new Fraction<Float>(true, value -> (float) value))
                .registerTypeAdapter(Float.class, new Fraction<Float>(false, value -> (float) value))
                .registerTypeAdapter(boolean.class, new Truth(true))
                .registerTypeAdapter(Boolean.class, new Truth(false))
                .registerTypeAdapter(char.class, new Letter(true))
                .registerTypeAdapter(Character.class, new Letter(false))
                .registerTypeAdapter(BigInteger.class, new Huge())
                .registerTypeAdapter(Number.class, new AnyNumber());
    }

    private static <N extends Number> void whole(
            GsonBuilder builder, Class<N> primitive, Class<N> boxed, long least, long most, LongFunction<N> narrow) {
        builder.registerTypeAdapter(primitive, new Whole<>(true, least, most, narrow));
        builder.registerTypeAdapter(boxed, new Whole<>(false, least, most, narrow));
    }

    /** Whether the adapter writes whole numbers and booleans as they are. */
    static boolean isPlain(TypeAdapter<?> adapter) {
        return adapter instanceof Whole || adapter instanceof Truth;
    }

    /** Whether the adapter writes fractions as they are, and null for those that JSON does not know. */
    static boolean isPlainFraction(TypeAdapter<?> adapter) {
        return adapter instanceof Fraction;
    }

    private static final class Whole<N extends Number> extends ScalarAdapter<N> {
        private final long least;
        private final long most;
        private final LongFunction<N> narrow;

        Whole(boolean primitive, long least, long most, LongFunction<N> narrow) {
            super("a whole number from " + least + " to " + most, primitive);
            this.least = least;
            this.most = most;
            this.narrow = narrow;
        }

        @Override
        N readValue(JsonReader in) throws IOException {
            long value = in.nextLong();
            if (value < least || value > most) {
                throw new NumberFormatException("out of range");
            }
            return narrow.apply(value);
        }

        @Override
        void writeValue(JsonWriter out, N value) throws IOException {
            out.value(value);
        }
    }

    /** NaN and infinities are written as null, as JavaScript's JSON.stringify does; 1e400 is read as infinity. */
    private static final class Fraction<N extends Number> extends ScalarAdapter<N> {
        private final DoubleFunction<N> narrow;

        Fraction(boolean primitive, DoubleFunction<N> narrow) {
            super("a number", primitive);
            this.narrow = narrow;
        }

        @Override
        N readValue(JsonReader in) throws IOException {
            // nextDouble() reads infinity only with a lenient reader, which would accept the string "NaN" too.
            return narrow.apply(in.peek() == JsonToken.NUMBER ? Double.parseDouble(in.nextString()) : in.nextDouble());
        }

        @Override
        void writeValue(JsonWriter out, N value) throws IOException {
            if (Double.isFinite(value.doubleValue())) {
                out.value(value);
            } else {
                out.nullValue();
            }
        }
    }

    /** JavaScript writes large numbers as 1e21, and can send a BigInt only as a string. */
    private static final class Huge extends ScalarAdapter<BigInteger> {
        Huge() {
            super("a whole number", false);
        }

        @Override
        BigInteger readValue(JsonReader in) throws IOException {
            String text = in.nextString();
            if (text.length() > MOST_DIGITS) {
                throw new NumberFormatException("too long");
            }
            BigDecimal number = new BigDecimal(text);
            if (Math.abs((long) number.scale()) > MOST_DIGITS) {
                throw new NumberFormatException("too large"); // 1e1000000000 would fill the memory
            }
            try {
                return number.toBigIntegerExact();
            } catch (ArithmeticException fraction) {
                throw new IllegalArgumentException(fraction);
            }
        }

        @Override
        void writeValue(JsonWriter out, BigInteger value) throws IOException {
            out.value(value);
        }
    }

    /** A field of type Number is read like a number of undeclared type; Gson would accept any string. */
    private static final class AnyNumber extends ScalarAdapter<Number> {
        AnyNumber() {
            super("a number", false);
        }

        @Override
        Number readValue(JsonReader in) throws IOException {
            if (in.peek() == JsonToken.STRING) {
                String text = in.nextString();
                if (text.length() > MOST_DIGITS) {
                    throw new NumberFormatException("too long");
                }
                BigDecimal unused = new BigDecimal(text); // refuses "NaN" and "1d", which Double accepts
                return AttachmentReader.number(text);
            }
            return AttachmentReader.number(in.nextString());
        }

        @Override
        void writeValue(JsonWriter out, Number value) throws IOException {
            out.value(value);
        }
    }

    private static final class Truth extends ScalarAdapter<Boolean> {
        Truth(boolean primitive) {
            super("a boolean", primitive);
        }

        @Override
        Boolean readValue(JsonReader in) throws IOException {
            if (in.peek() != JsonToken.STRING) {
                return in.nextBoolean();
            }
            return switch (in.nextString()) {
                case "true" -> true;
                case "false" -> false;
                default -> throw new IllegalArgumentException("neither true nor false");
            };
        }

        @Override
        void writeValue(JsonWriter out, Boolean value) throws IOException {
            out.value(value);
        }
    }

    private static final class Letter extends ScalarAdapter<Character> {
        Letter(boolean primitive) {
            super("a string of one character", primitive);
        }

        @Override
        Character readValue(JsonReader in) throws IOException {
            String text = in.nextString();
            if (text.length() != 1) {
                throw new IllegalArgumentException("not one character");
            }
            return text.charAt(0);
        }

        @Override
        void writeValue(JsonWriter out, Character value) throws IOException {
            out.value(String.valueOf(value));
        }
    }
}
