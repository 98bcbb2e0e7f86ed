using System.Buffers.Binary;

namespace Vesper.Tests.Indexing.Ivf.Exchange;

/// <summary>Random damage of a 1.1 file: to its bytes, or to its structure with hashes made to fit.</summary>
internal static class IvfPqCorruption
{
    private static readonly ulong[] Extremes =
    [
        0, 1, 2, 7, 8, 9, 255, 256, 65_535, 65_536, 65_537, int.MaxValue, 1ul << 31, uint.MaxValue, 1ul << 32,
        1ul << 40, long.MaxValue, 1ul << 63, ulong.MaxValue - 27, ulong.MaxValue,
    ];

    /// <summary>Damages bytes and repairs nothing; never gives the file as it was.</summary>
    public static byte[] OfBytes(byte[] file, Random random)
    {
        byte[] damaged = random.Next(6) switch
        {
            0 => file[..random.Next(file.Length)],
            1 => [.. file, .. Noise(random, random.Next(1, 40))],
            2 => WithoutSome(file, random),
            3 => OfNumber(file, random, 0),
            4 => [.. Structural(file, random, repair: false).SelectMany(part => part)],
            _ => OfBits(file, random),
        };
        return damaged.AsSpan().SequenceEqual(file) ? OfBits(file, random) : damaged;
    }

    /// <summary>Damages the structure; the trailer fits again, and mostly the sections' hashes do.</summary>
    public static byte[] Repaired(byte[] file, Random random) =>
        IvfPqSpecimen.Join(Structural(file, random, repair: random.Next(8) != 0));

    private static List<byte[]> Structural(byte[] file, Random random, bool repair)
    {
        List<byte[]> parts = IvfPqSpecimen.Cut(file);
        for (var changes = random.Next(1, 3); changes > 0; changes--)
        {
            Change(parts, random, repair);
        }

        return parts;
    }

    private static void Change(List<byte[]> parts, Random random, bool repair)
    {
        // The first part is the header, the last the trailer.
        var at = random.Next(1, parts.Count - 1);
        if (parts.Count < 4)
        {
            return;
        }

        switch (random.Next(10))
        {
            case 0:
                parts[0] = OfNumber(parts[0], random, 8);
                break;
            case 1:
                parts[at] = OfNumber(parts[at], random, 0, IvfPqSpecimen.SectionHeaderBytes);
                break;
            case 2:
                var other = random.Next(1, parts.Count - 1);
                (parts[at], parts[other]) = (parts[other], parts[at]);
                break;
            case 3:
                parts.Insert(random.Next(1, parts.Count), parts[at]);
                break;
            case 4:
                parts.RemoveAt(at);
                break;
            case 5:
                parts.Insert(at, IvfPqSpecimen.Section((uint)random.Next(6, 1_000), Noise(random, random.Next(40))));
                break;
            case 6:
                parts[at] = Refit(Resize(parts[at], random), repair, resize: true);
                break;
            case 7:
                parts[at] = Refit(OfList(parts[at], random), repair, resize: false);
                break;
            default:
                var payload = IvfPqSpecimen.SectionHeaderBytes;
                byte[] changed = random.Next(2) == 0
                    ? [.. parts[at][..payload], .. OfBits(parts[at][payload..], random)]
                    : OfNumber(parts[at], random, payload);
                parts[at] = Refit(changed, repair, resize: false);
                break;
        }
    }

    private static byte[] Refit(byte[] section, bool repair, bool resize) =>
        !repair ? section : resize ? IvfPqSpecimen.Resized(section) : IvfPqSpecimen.Rehashed(section);

    /// <summary>Copies eight bytes of lists over eight others: ids twice, sizes of other lists.</summary>
    private static byte[] OfList(byte[] section, Random random)
    {
        byte[] changed = [.. section];
        var payload = changed.AsSpan(IvfPqSpecimen.SectionHeaderBytes);
        if (payload.Length > 64)
        {
            payload.Slice(4 + random.Next(payload.Length - 12), 8).CopyTo(payload[random.Next(payload.Length - 8)..]);
            payload.Slice(12, 8).CopyTo(payload[(random.Next(2) == 0 ? 23 : 24)..]);
        }

        return changed;
    }

    private static byte[] Resize(byte[] section, Random random)
    {
        var cut = Math.Min(section.Length - IvfPqSpecimen.SectionHeaderBytes, random.Next(1, 30));
        return random.Next(2) == 0 ? [.. section, .. Noise(random, random.Next(1, 30))] : section[..^cut];
    }

    private static byte[] OfNumber(byte[] bytes, Random random, int from, int end = int.MaxValue)
    {
        byte[] changed = [.. bytes];
        var width = random.Next(2) == 0 ? 4 : 8;
        var last = Math.Min(end, bytes.Length) - width;
        if (last < from)
        {
            return changed;
        }

        var at = from + random.Next(last - from + 1);
        at -= random.Next(4) == 0 ? 0 : (at - from) % 4;
        Span<byte> value = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(value, random.Next(3) switch
        {
            0 => Extremes[random.Next(Extremes.Length)],
            1 => (ulong)random.NextInt64(),
            _ => BinaryPrimitives.ReadUInt32LittleEndian(changed.AsSpan(at)) + (ulong)random.Next(-40, 41),
        });
        value[..width].CopyTo(changed.AsSpan(at));
        return changed;
    }

    private static byte[] OfBits(byte[] bytes, Random random)
    {
        byte[] changed = [.. bytes];
        if (bytes.Length > 0)
        {
            changed[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        }

        return changed;
    }

    private static byte[] WithoutSome(byte[] bytes, Random random)
    {
        var at = random.Next(bytes.Length - 1);
        var length = random.Next(1, Math.Min(64, bytes.Length - at) + 1);
        return [.. bytes[..at], .. bytes[(at + length)..]];
    }

    private static byte[] Noise(Random random, int length)
    {
        var noise = new byte[length];
        random.NextBytes(noise);
        return noise;
    }
}
