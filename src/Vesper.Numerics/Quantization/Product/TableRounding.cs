using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vesper.Numerics.Quantization;

/// <summary>
/// Rounds tables of floats down to bytes with one step for all: entry ≥ least + step × byte, where the sum of a row's
/// bytes cannot pass 16 bits.
/// </summary>
internal static class TableRounding
{
    /// <summary>Rounds.</summary>
    /// <param name="tables">Parts × codewords floats; codewords are a multiple of 16.</param>
    /// <param name="codewords">Entries of a part.</param>
    /// <param name="rounded">At least parts × entries bytes; what is not written is made 0.</param>
    /// <param name="entries">Bytes from one part to the next, ≥ codewords.</param>
    /// <returns>
    /// The step; the sum of the parts' least entries; the sum of the parts' largest magnitudes, not finite when a
    /// product overflowed (then nothing is rounded, and no row may be left out).
    /// </returns>
    public static (float Step, double Base, double Magnitude) Round(
        ReadOnlySpan<float> tables, int codewords, Span<byte> rounded, int entries)
    {
        Debug.Assert(codewords % 16 == 0 && entries >= codewords && tables.Length % codewords == 0);
        int parts = tables.Length / codewords;
        Span<float> least = parts <= 256 ? stackalloc float[parts] : new float[parts];
        float widest = 0;
        double sum = 0, magnitude = 0;
        for (int part = 0; part < parts; part++)
        {
            (least[part], float most) = Range(tables.Slice(part * codewords, codewords));
            widest = MathF.Max(widest, most - least[part]);
            sum += least[part];
            magnitude += Math.Max(Math.Abs(least[part]), Math.Abs(most));
        }

        rounded.Clear();
        int levels = Math.Min(byte.MaxValue, ushort.MaxValue / parts);
        float step = widest / levels, inverse = 1 / step;
        if (!double.IsFinite(magnitude) || !float.IsFinite(widest))
        {
            return (0, 0, double.PositiveInfinity);
        }

        // A step of 0, or too small to divide by: all bytes stay 0, which is below every entry.
        for (int part = 0; part < parts && float.IsFinite(inverse); part++)
        {
            Round(tables.Slice(part * codewords, codewords), (least[part], inverse, levels),
                rounded.Slice(part * entries, codewords));
        }

        return (step, sum, magnitude);
    }

    private static (float Least, float Most) Range(ReadOnlySpan<float> table)
    {
        ReadOnlySpan<Vector128<float>> vectors = MemoryMarshal.Cast<float, Vector128<float>>(table);
        Vector128<float> least = vectors[0], most = vectors[0];
        foreach (Vector128<float> vector in vectors)
        {
            least = Vector128.Min(least, vector);
            most = Vector128.Max(most, vector);
        }

        float low = least[0], high = most[0];
        for (int i = 1; i < Vector128<float>.Count; i++)
        {
            low = MathF.Min(low, least[i]);
            high = MathF.Max(high, most[i]);
        }

        return (low, high);
    }

    private static void Round(
        ReadOnlySpan<float> table, (float Least, float Inverse, int Levels) scale, Span<byte> bytes)
    {
        ReadOnlySpan<Vector128<float>> vectors = MemoryMarshal.Cast<float, Vector128<float>>(table);
        Span<Vector128<byte>> targets = MemoryMarshal.Cast<byte, Vector128<byte>>(bytes);
        for (int i = 0; i < targets.Length; i++)
        {
            Vector128<uint> first = Four(vectors[4 * i], scale), second = Four(vectors[(4 * i) + 1], scale);
            Vector128<uint> third = Four(vectors[(4 * i) + 2], scale), fourth = Four(vectors[(4 * i) + 3], scale);
            targets[i] = Vector128.Narrow(Vector128.Narrow(first, second), Vector128.Narrow(third, fourth));
        }
    }

    private static Vector128<uint> Four(Vector128<float> entries, (float Least, float Inverse, int Levels) scale)
    {
        Vector128<float> scaled = (entries - Vector128.Create(scale.Least)) * Vector128.Create(scale.Inverse);
        Vector128<float> bounded = Vector128.Min(scaled, Vector128.Create((float)scale.Levels));
        return Vector128.ConvertToInt32Native(bounded).AsUInt32();
    }
}
