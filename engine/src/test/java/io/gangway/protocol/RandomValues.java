package io.gangway.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Values by chance: what Java emits, how the scripts in {@code src/test/js} write the same, and what a handler reads of
 * it. At most {@code binaries} of them are binary data.
 */
final class RandomValues {
    private static final int[] LENGTHS = {0, 1, 2, 5, 15, 16, 31, 32, 33, 100, 255, 256, 300};
    private static final String[] TEXTS = {
        "a", "\u00e9", "\u20ac", "\uD83D\uDE00", "\"", "\\", "\n", "\0", "\u2028", "\uFFFD"
    };

    private final Random random;
    private int binaries;

    RandomValues(Random random, int binaries) {
        this.random = random;
        this.binaries = binaries;
    }

    /**
     * One value in its three forms.
     *
     * @param own whether only JavaScript can write it so: a Date, {@code undefined}, an ArrayBuffer, NaN
     */
    record Value(Object java, Object script, Object read, boolean own) {
        Value(Object same) {
            this(same, same, same, false);
        }
    }

    Value next(int depth) {
        return switch (random.nextInt(depth > 0 ? 14 : 11)) {
            case 0 -> new Value(null);
            case 1 -> new Value(random.nextBoolean());
            case 2, 3 -> new Value(integer());
            case 4 -> new Value(fraction());
            case 5, 6 -> new Value(text());
            case 7, 8 -> binary();
            case 9 -> new Value(Arrays.asList(1L, null));
            case 10 -> own();
            case 11, 12 -> list(depth);
            default -> map(depth);
        };
    }

    private long integer() {
        long magnitude = 1L << random.nextInt(54);
        long value = switch (random.nextInt(4)) {
            case 0 -> magnitude;
            case 1 -> magnitude - 1;
            case 2 -> magnitude - (random.nextLong() & (magnitude - 1)) / 2;
            default -> 1L << 53 + random.nextInt(9); // exact in a double
        };
        return random.nextBoolean() ? value : -value;
    }

    private double fraction() {
        double value = random.nextGaussian() * Math.pow(10, random.nextInt(30) - 20);
        return value == Math.rint(value) ? 0.5 : value;
    }

    private int length() {
        return LENGTHS[random.nextInt(LENGTHS.length)];
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        boolean ascii = random.nextBoolean();
        for (int left = length(); left > 0; left--) {
            text.append(ascii ? "x" : TEXTS[random.nextInt(TEXTS.length)]);
        }
        return text.toString();
    }

    private Value binary() {
        if (binaries-- <= 0) {
            return new Value("no more");
        }
        byte[] bytes = new byte[length()];
        random.nextBytes(bytes);
        String hex = HexFormat.of().formatHex(bytes);
        return random.nextInt(4) > 0
                ? new Value(bytes, Map.of("$binary", hex), bytes, false)
                : new Value(bytes, Map.of("$buffer", hex), bytes, true);
    }

    private Value own() {
        return switch (random.nextInt(4)) {
            case 0 -> new Value(null, Map.of("$undefined", true), null, true);
            case 1 -> new Value(null, Map.of("$number", "NaN"), null, true);
            case 2 -> new Value(null, Map.of("$number", "-Infinity"), null, true);
            default -> {
                String date = Times.written(random.nextLong() % 8_640_000_000_000_000L);
                yield new Value(date, Map.of("$date", date), date, true);
            }
        };
    }

    private Value list(int depth) {
        List<Value> items = many(() -> next(depth - 1));
        return new Value(each(items, Value::java), each(items, Value::script), each(items, Value::read), isOwn(items));
    }

    private Value map(int depth) {
        Map<String, Object> java = new LinkedHashMap<>();
        Map<String, Object> script = new LinkedHashMap<>();
        Map<String, Object> read = new LinkedHashMap<>();
        List<Value> items = many(() -> next(depth - 1));
        for (Value item : items) {
            String key = "k" + java.size() + text(); // JavaScript would sort whole numbers to the front
            java.put(key, item.java);
            script.put(key, item.script);
            if (!Map.of("$undefined", true).equals(item.script)) {
                read.put(key, item.read);
            }
        }
        return new Value(java, script, read, isOwn(items));
    }

    private List<Value> many(Supplier<Value> one) {
        List<Value> items = new ArrayList<>();
        for (int left = random.nextInt(20) == 0 ? 15 + random.nextInt(3) : random.nextInt(4); left > 0; left--) {
            items.add(one.get());
        }
        return items;
    }

    private static List<Object> each(List<Value> values, Function<Value, Object> form) {
        List<Object> forms = new ArrayList<>();
        values.forEach(value -> forms.add(form.apply(value)));
        return forms;
    }

    private static boolean isOwn(List<Value> values) {
        return values.stream().anyMatch(Value::own);
    }
}
