using System.Buffers.Binary;
using System.Text;

namespace Vesper.Hosts.Tests.Cli;

/// <summary>Writes vector files as other programs write them; the extension says which kind.</summary>
internal static class VectorFiles
{
    /// <summary>Writes rows, all of one width.</summary>
    public static string Write(string path, params IReadOnlyList<float[]> rows)
    {
        using var file = File.Create(path);
        var extension = Path.GetExtension(path);
        file.Write(extension switch
        {
            ".npy" => NpyHeader(rows.Count, rows[0].Length),
            ".fvecs" or ".bvecs" => [],
            _ => [.. Int32(rows.Count), .. Int32(rows[0].Length)],
        });
        foreach (var row in rows)
        {
            file.Write(extension is ".fvecs" or ".bvecs" ? Int32(row.Length) : []);
            foreach (var value in row)
            {
                file.Write(extension switch
                {
                    ".u8bin" or ".bvecs" => [(byte)value],
                    ".i8bin" => [(byte)(sbyte)value],
                    _ => Int32(BitConverter.SingleToInt32Bits(value)),
                });
            }
        }

        return path;
    }

    /// <summary>Writes rows of ids, as <c>.ibin</c> or <c>.ivecs</c>.</summary>
    public static string WriteIds(string path, params IReadOnlyList<int[]> rows)
    {
        using var file = File.Create(path);
        var prefixed = Path.GetExtension(path) == ".ivecs";
        file.Write(prefixed ? [] : [.. Int32(rows.Count), .. Int32(rows[0].Length)]);
        foreach (var row in rows)
        {
            file.Write([.. prefixed ? Int32(row.Length) : [], .. row.SelectMany(Int32)]);
        }

        return path;
    }

    /// <summary>Reads a <c>.ibin</c> file.</summary>
    public static int[][] ReadIds(string path)
    {
        var numbers = File.ReadAllBytes(path).Chunk(sizeof(int))
            .Select(bytes => BinaryPrimitives.ReadInt32LittleEndian(bytes))
            .ToArray();
        Assert.Equal(2 + (numbers[0] * numbers[1]), numbers.Length);
        return [.. numbers.Skip(2).Chunk(numbers[1])];
    }

    private static byte[] NpyHeader(int rows, int dimensions)
    {
        var text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {dimensions}), }}\n";
        byte[] magic = [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, (byte)(text.Length >> 8)];
        return [.. magic, .. Encoding.ASCII.GetBytes(text)];
    }

    private static byte[] Int32(int value)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
