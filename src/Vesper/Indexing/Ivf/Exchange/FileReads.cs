using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Vesper.Storage.Files;

namespace Vesper.Indexing.Ivf.Exchange;

/// <summary>Reads that must be whole.</summary>
internal static class FileReads
{
    extension(IFile file)
    {
        /// <summary>Fills the span, or says which part of the file ends too early.</summary>
        public void ReadFully(Span<byte> into, long offset, string part)
        {
            int count = file.ReadAt(into, offset);
            if (count < into.Length)
            {
                throw new CorruptDataException(
                    file.Path, offset + count, $"{part}: {into.Length - count} more bytes", "the end of the file");
            }
        }

        /// <summary>The numbers of a raw section, all of them finite. Its size was checked against the file.</summary>
        public float[] ReadFloats(in IvfPqSection section)
        {
            long count = section.Length / sizeof(float);
            LimitExceededException.ThrowIfAbove($"{file.Path}: {section.Type}", count, Array.MaxLength, "numbers");
            float[] values = new float[count];
            for (int done = 0; done < values.Length; done += IvfPqFileLayout.BufferBytes)
            {
                Span<float> some = values.AsSpan(done, Math.Min(values.Length - done, IvfPqFileLayout.BufferBytes));
                long offset = section.Offset + ((long)done * sizeof(float));
                file.ReadFully(MemoryMarshal.AsBytes(some), offset, $"section {section.Type}");
                Floats.ToLittleEndian(some);
            }

            int bad = VectorMath.IndexOfNotFinite(values);
            return bad < 0
                ? values
                : throw new CorruptDataException(
                    file.Path,
                    section.Offset + ((long)bad * sizeof(float)),
                    $"section {section.Type}: finite numbers",
                    $"{values[bad]}");
        }
    }
}

/// <summary>Numbers as the format has them.</summary>
internal static class Floats
{
    /// <summary>Turns numbers between this machine's order of bytes and the format's, in place.</summary>
    public static void ToLittleEndian(Span<float> values)
    {
        if (!BitConverter.IsLittleEndian)
        {
            Span<int> bits = MemoryMarshal.Cast<float, int>(values);
            BinaryPrimitives.ReverseEndianness(bits, bits);
        }
    }
}
