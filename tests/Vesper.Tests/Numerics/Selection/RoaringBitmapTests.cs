using System.Buffers.Binary;
using Vesper.Numerics.Selection;

namespace Vesper.Tests.Numerics.Selection;

public sealed class RoaringBitmapTests
{
    private const int Seed = 4711;

    public static TheoryData<string> Shapes =>
        ["empty", "one", "last", "sparse", "dense", "runs", "full", "border", "mixed", "few runs", "many"];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Agrees_with_a_hash_set(string shape)
    {
        int[] values = Values(shape);
        AssertSame(values, RoaringBitmap.FromSorted(values));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Survives_a_round_trip_and_leaves_what_follows(string shape)
    {
        int[] values = Values(shape);
        RoaringBitmap written = RoaringBitmap.FromSorted(values);
        var bytes = new byte[written.SerializedBytes + 9];
        Array.Fill(bytes, (byte)0xAA);
        Assert.Equal(written.SerializedBytes, written.WriteTo(bytes));
        Assert.All(bytes[^9..], value => Assert.Equal(0xAA, value));

        Assert.True(RoaringBitmap.TryRead(bytes, int.MaxValue, out RoaringBitmap? read, out int bytesRead));
        Assert.Equal(bytes.Length - 9, bytesRead);
        AssertSame(values, read!);
        var again = new byte[bytesRead];
        read!.WriteTo(again);
        Assert.Equal(bytes[..^9], again);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_truncation_is_refused(string shape)
    {
        byte[] bytes = Serialize(Values(shape));
        for (int length = 0; length < bytes.Length; length += 1 + bytes.Length / 500)
        {
            bool isRead = RoaringBitmap.TryRead(bytes.AsSpan(0, length), int.MaxValue, out _, out _);
            Assert.False(isRead, $"length {length}");
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Members_beyond_the_limit_are_refused(string shape)
    {
        int[] values = Values(shape);
        if (values.Length > 0)
        {
            byte[] bytes = Serialize(values);
            Assert.False(RoaringBitmap.TryRead(bytes, values[^1], out _, out _));
            Assert.True(RoaringBitmap.TryRead(bytes, values[^1] + 1, out _, out _));
        }
    }

    [Fact]
    public void Mutated_bytes_give_false_or_a_sound_bitmap()
    {
        var random = new Random(Seed);
        byte[][] originals = [.. Shapes.Select(row => Serialize(Values(row.Data)))];
        for (int round = 0; round < 3000; round++)
        {
            byte[] bytes = [.. originals[random.Next(originals.Length)]];
            int changes = random.Next(1, 5);
            for (int i = 0; i < changes; i++)
            {
                int header = random.Next(2) == 0 ? Math.Min(64, bytes.Length) : bytes.Length;
                bytes[random.Next(header)] = (byte)random.Next(256);
            }

            const int Limit = 1 << 24;
            if (RoaringBitmap.TryRead(bytes, Limit, out RoaringBitmap? bitmap, out int bytesRead))
            {
                Assert.Equal(bytesRead, bitmap!.SerializedBytes);
                AssertSound(bitmap, Limit, $"seed {Seed}, round {round}");
            }
        }
    }

    [Fact]
    public void Random_bytes_after_each_cookie_never_crash()
    {
        var random = new Random(Seed + 1);
        for (int round = 0; round < 3000; round++)
        {
            var bytes = new byte[random.Next(0, 300)];
            random.NextBytes(bytes);
            if (bytes.Length >= 8)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)(12346 + round % 2));
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2), (ushort)(round % 2 * random.Next(4)));
                int containers = round % 4 == 0 ? random.Next(4) : random.Next();
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), containers);
            }

            if (RoaringBitmap.TryRead(bytes, 1000, out RoaringBitmap? bitmap, out _))
            {
                AssertSound(bitmap!, 1000, $"seed {Seed + 1}, round {round}");
            }
        }
    }

    /// <summary>Bytes as the format's specification describes them, made by hand.</summary>
    [Fact]
    public void The_bytes_are_those_of_the_specification()
    {
        // Two members in container 0: no runs, so the offsets are there.
        Assert.Equal(
            "3A300000" + "01000000" + "0000" + "0100" + "10000000" + "0100" + "0500", Hex([1, 5]));

        // Container 0 is the run 10 … 109; container 2 the array {3}; fewer than 4 containers: no offsets.
        int[] values = [.. Enumerable.Range(10, 100), (2 << 16) + 3];
        Assert.Equal(
            "3B30" + "0100" + "01" + "0000" + "6300" + "0200" + "0000" + "0100" + "0A00" + "6300" + "0300",
            Hex(values));
    }

    [Theory]
    [InlineData("39300000010000000000010010000000" + "01000500")] // a foreign cookie
    [InlineData("3A300000010000000000010011000000" + "01000500")] // an offset that is not the container's
    [InlineData("3A300000010000000000010010000000" + "05000500")] // members that repeat
    [InlineData("3A300000010000000000010010000000" + "05000100")] // members out of order
    [InlineData("3A300000010000000080010010000000" + "01000500")] // a key beyond 31 bits
    [InlineData("3A300000010001000000010010000000" + "01000500")] // more containers than a bitmap can have
    [InlineData("3A3000000200000000000000" + "00000000" + "18000000" + "1A000000" + "01000100")] // a key twice
    [InlineData("3B30000001" + "00000200" + "0000")] // no runs
    [InlineData("3B30000001" + "00000300" + "0100" + "0A000200")] // fewer members than counted
    [InlineData("3B30000001" + "00000300" + "0200" + "0A000100" + "0B000100")] // runs that overlap
    [InlineData("3B30000001" + "00000300" + "0200" + "0A000100" + "0C000100")] // runs that touch
    [InlineData("3B30000001" + "00000300" + "0200" + "0A000100" + "01000100")] // runs out of order
    [InlineData("3B30000001" + "00000300" + "0100" + "FEFF0300")] // a run beyond the container
    public void Damage_is_refused(string hex) =>
        Assert.False(RoaringBitmap.TryRead(Convert.FromHexString(hex), int.MaxValue, out _, out _));

    [Fact]
    public void A_bitmap_container_with_another_number_of_bits_is_refused()
    {
        byte[] bytes = Serialize(Every(2, 5000));
        bytes[^1] ^= 1;
        Assert.False(RoaringBitmap.TryRead(bytes, int.MaxValue, out _, out _));
    }

    [Fact]
    public void Containers_take_the_smallest_form()
    {
        Assert.Equal(8 + 8 + 2 * 4096, Serialize(Every(2, 4096)).Length);
        Assert.Equal(8 + 8 + 8192, Serialize(Every(2, 4097)).Length);
        Assert.Equal(8 + 8 + 8192, Serialize(Every(2, 30_000)).Length);
        Assert.Equal(5 + 4 + 2 + 4, Serialize(Every(1, 1 << 16)).Length);
    }

    [Fact]
    public void Misuse_is_refused()
    {
        Assert.Throws<ArgumentException>(() => RoaringBitmap.FromSorted([3, 3]));
        Assert.Throws<ArgumentException>(() => RoaringBitmap.FromSorted([3, 2]));
        Assert.Throws<ArgumentException>(() => RoaringBitmap.FromSorted([-1, 2]));
        RoaringBitmap bitmap = RoaringBitmap.FromSorted([1, 99]);
        Assert.Throws<ArgumentException>(() => bitmap.OrInto(new BitSet(99)));
        Assert.Throws<ArgumentException>(() => bitmap.CopyTo(new int[1]));
        Assert.Throws<ArgumentException>(() => bitmap.WriteTo(new byte[bitmap.SerializedBytes - 1]));
        Assert.False(bitmap.Contains(-1));
    }

    private static int[] Values(string shape)
    {
        var random = new Random(Seed);
        return shape switch
        {
            "empty" => [],
            "one" => [70_000],
            "last" => [int.MaxValue - 1],
            "sparse" => Every(1009, 2000),
            "dense" => [.. Enumerable.Range(0, 150_000).Where(_ => random.Next(2) == 0)],
            "runs" => [.. Enumerable.Range(0, 400_000).Where(value => value / 300 % 3 == 0)],
            "full" => Every(1, 3 << 16),
            "border" => [65_534, 65_535, 65_536, 131_071, 131_072],
            "mixed" =>
            [
                .. Every(3, 1000), .. Enumerable.Range(1 << 17, 5000), .. Every(2, 20_000).Select(v => v + (5 << 16)),
            ],
            "few runs" => [.. Enumerable.Range(100, 70_000)],
            "many" => [.. Every(100_003, 300)],
            _ => throw new ArgumentOutOfRangeException(nameof(shape)),
        };
    }

    private static int[] Every(int step, int count) => [.. Enumerable.Range(0, count).Select(i => i * step)];

    private static byte[] Serialize(int[] values)
    {
        RoaringBitmap bitmap = RoaringBitmap.FromSorted(values);
        var bytes = new byte[bitmap.SerializedBytes];
        Assert.Equal(bytes.Length, bitmap.WriteTo(bytes));
        return bytes;
    }

    private static string Hex(int[] values) => Convert.ToHexString(Serialize(values));

    private static void AssertSame(int[] values, RoaringBitmap bitmap)
    {
        Assert.Equal(values.Length, bitmap.Count);
        var copied = new int[values.Length + 1];
        Assert.Equal(values.Length, bitmap.CopyTo(copied));
        Assert.True(values.AsSpan().SequenceEqual(copied.AsSpan(0, values.Length)));

        var members = values.ToHashSet();
        var random = new Random(Seed);
        for (int i = 0; i < 20_000; i++)
        {
            int value = i % 2 == 0 || values.Length == 0
                ? random.Next(500_000)
                : values[random.Next(values.Length)] + random.Next(-1, 1);
            Assert.True(members.Contains(value) == bitmap.Contains(value), $"value {value}");
        }

        if (values.Length > 0 && values[^1] < 1 << 26)
        {
            var dense = new BitSet(values[^1] + 1);
            bitmap.OrInto(dense);
            Assert.Equal(values.Length, dense.Count());
            Assert.All(values.Where((_, i) => i % 37 == 0), value => Assert.True(dense.Contains(value)));
        }
    }

    private static void AssertSound(RoaringBitmap bitmap, int limit, string what)
    {
        var members = new int[bitmap.Count];
        bitmap.CopyTo(members);
        for (int i = 0; i < members.Length; i++)
        {
            Assert.True(members[i] >= 0 && members[i] < limit && (i == 0 || members[i] > members[i - 1]), what);
        }

        var dense = new BitSet(limit);
        bitmap.OrInto(dense);
        Assert.True(dense.Count() == members.Length, what);
        Assert.True(members.Where((_, i) => i % 97 == 0).All(bitmap.Contains), what);
    }
}
