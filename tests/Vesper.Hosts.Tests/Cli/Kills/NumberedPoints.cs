using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Vesper.Hosts.Tests.Cli.Kills;

/// <summary>
/// Points whose vector and payload follow from their row number and a version, and files that hold some of them.
/// </summary>
internal static class NumberedPoints
{
    public const int Dimensions = 32;

    /// <summary>Payloads tell one of so many groups.</summary>
    public const int Groups = 8;

    /// <summary>The vector of a row; some hold a negative zero or the smallest number, to see their bits.</summary>
    public static float[] Vector(int row, int version = 0)
    {
        var state = ((ulong)version << 32) + (ulong)row + 1;
        var vector = new float[Dimensions];
        for (var i = 0; i < Dimensions; i++)
        {
            vector[i] = (NextRandom(ref state) >> 40) / (float)(1 << 23) - 1;
        }

        vector[row % 4] = (row % 3) switch { 0 => -0f, 1 => float.Epsilon, _ => vector[row % 4] };
        return vector;
    }

    /// <summary>The payload of a row.</summary>
    public static string Payload(int row) => string.Create(
        CultureInfo.InvariantCulture, $"{{\"row\":{row},\"group\":{row % Groups},\"text\":\"ünder {row * 7919L:X}\"}}");

    /// <summary>Writes vectors as <c>.fbin</c>.</summary>
    public static void WriteVectors(string path, IReadOnlyList<int> rows, int version = 0)
    {
        var bytes = new byte[8 + (rows.Count * Dimensions * sizeof(float))];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, rows.Count);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), Dimensions);
        for (var i = 0; i < rows.Count; i++)
        {
            var at = 8 + (i * Dimensions * sizeof(float));
            MemoryMarshal.AsBytes(Vector(rows[i], version).AsSpan()).CopyTo(bytes.AsSpan(at));
        }

        File.WriteAllBytes(path, bytes);
    }

    /// <summary>Writes payloads as JSON lines.</summary>
    public static void WritePayloads(string path, IEnumerable<int> rows) =>
        File.WriteAllLines(path, rows.Select(Payload), new UTF8Encoding(false));

    /// <summary>The bits of a vector.</summary>
    public static ReadOnlySpan<int> Bits(float[] vector) => MemoryMarshal.Cast<float, int>(vector);

    // SplitMix64: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014.
    private static ulong NextRandom(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
