using System.Buffers.Binary;

namespace Vesper.Tests.Payloads;

/// <summary>Damages bytes the way that hostile or broken writers would.</summary>
internal static class Mutation
{
    private static readonly long[] Extremes = [0, 1, -1, 1L << 31, long.MaxValue, long.MinValue, int.MaxValue, 7, 255];

    public static byte[] Apply(byte[] content, Random random)
    {
        var bytes = (byte[])content.Clone();
        if (bytes.Length == 0)
        {
            return new byte[random.Next(1, 20)];
        }

        var at = random.Next(bytes.Length);
        switch (random.Next(6))
        {
            case 0:
                return bytes[..at];
            case 1:
                return [.. bytes, .. new byte[random.Next(1, 20)]];
            case 2:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 3:
                bytes[at] = (byte)random.Next(256);
                return bytes;
            case 4 when bytes.Length >= 8:
                var field = random.Next(bytes.Length / 8) * 8;
                BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(field), Extremes[random.Next(Extremes.Length)]);
                return bytes;
            default:
                var length = Math.Min(bytes.Length - at, random.Next(1, 17));
                var from = random.Next(bytes.Length - length + 1);
                content.AsSpan(from, length).CopyTo(bytes.AsSpan(at));
                return bytes;
        }
    }
}
