using System.Buffers.Binary;
using Vesper.Indexing.Ivf.Exchange;

namespace Vesper.Tests.Indexing.Ivf.Exchange;

/// <summary>Small contents of every shape, and knives for their files that know the layout on their own.</summary>
internal static class IvfPqSpecimen
{
    public const int HeaderBytes = 60;
    public const int SectionHeaderBytes = 28;
    public const int TrailerBytes = 12;

    public static IvfPqFileContent Make(
        int seed, IvfPqShape? of = null, bool rotation = true, string? metadata = """{"a":[1,{"b":"ü"}]}""")
    {
        var random = new Random(seed);
        IvfPqShape shape = of ?? new IvfPqShape(6, 5, 3, 4);
        var lists = new IvfPqList[shape.Lists];
        ulong id = ulong.MaxValue - 1_000_000;
        for (var i = 0; i < lists.Length; i++)
        {
            var count = i == 1 ? 0 : random.Next(1, 30);
            var ids = Enumerable.Range(0, count).Select(_ => id -= (ulong)random.Next(1, 1 << 20)).ToArray();
            random.Shuffle(ids);
            lists[i] = new IvfPqList(ids, Codes(random, count * shape.Parts, shape.CodeMax));
        }

        var model = new IvfPqFileModel
        {
            Shape = shape,
            Centroids = Numbers(random, shape.CentroidValues),
            Codebooks = Numbers(random, shape.CodebookValues),
            Rotation = rotation ? Numbers(random, shape.RotationValues) : null,
            Metadata = metadata,
            BuildSeconds = 1_795_335_807,
        };
        return new IvfPqFileContent(model, lists);
    }

    public static void AssertEqual(IvfPqFileContent expected, IvfPqFileContent actual)
    {
        Assert.Equal(expected.Model.Shape, actual.Model.Shape);
        Assert.Equal(expected.Model.Metadata, actual.Model.Metadata);
        Assert.Equal(expected.Model.BuildSeconds, actual.Model.BuildSeconds);
        Assert.Equal(expected.Model.Centroids, actual.Model.Centroids);
        Assert.Equal(expected.Model.Codebooks, actual.Model.Codebooks);
        Assert.Equal(expected.Model.Rotation, actual.Model.Rotation);
        Assert.Equal(expected.Lists.Length, actual.Lists.Length);
        for (var i = 0; i < expected.Lists.Length; i++)
        {
            Assert.Equal(expected.Lists[i].Ids, actual.Lists[i].Ids);
            Assert.Equal(expected.Lists[i].Codes, actual.Lists[i].Codes);
        }
    }

    /// <summary>The hash as the format's page defines it, byte by byte.</summary>
    public static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = 1469598103934665603ul;
        foreach (var value in bytes)
        {
            hash ^= value;
            hash *= 1099511628211ul;
        }

        return hash;
    }

    /// <summary>A file cut into its parts: header, sections with their headers, trailer.</summary>
    public static List<byte[]> Cut(ReadOnlySpan<byte> file)
    {
        var parts = new List<byte[]> { file[..HeaderBytes].ToArray() };
        var at = HeaderBytes;
        while (at < file.Length - TrailerBytes)
        {
            var end = at + SectionHeaderBytes + (int)BinaryPrimitives.ReadInt64LittleEndian(file[(at + 12)..]);
            parts.Add(file[at..end].ToArray());
            at = end;
        }

        parts.Add(file[at..].ToArray());
        return parts;
    }

    /// <summary>The type in a section that <see cref="Cut"/> gave.</summary>
    public static int TypeOf(byte[] section) => BinaryPrimitives.ReadInt32LittleEndian(section);

    /// <summary>A section of raw bytes.</summary>
    public static byte[] Section(uint type, ReadOnlySpan<byte> payload)
    {
        var section = new byte[SectionHeaderBytes + payload.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(section, type);
        payload.CopyTo(section.AsSpan(SectionHeaderBytes));
        return Resized(section);
    }

    /// <summary>Makes a section's header fit its payload again.</summary>
    public static byte[] Resized(byte[] section)
    {
        BinaryPrimitives.WriteInt64LittleEndian(section.AsSpan(4), section.Length - SectionHeaderBytes);
        BinaryPrimitives.WriteInt64LittleEndian(section.AsSpan(12), section.Length - SectionHeaderBytes);
        return Rehashed(section);
    }

    /// <summary>Makes a section's hash fit its payload again.</summary>
    public static byte[] Rehashed(byte[] section)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(section.AsSpan(20), Hash(section.AsSpan(SectionHeaderBytes)));
        return section;
    }

    /// <summary>A file of parts with a trailer that fits.</summary>
    public static byte[] Join(IEnumerable<byte[]> parts) => Sealed([.. parts.SelectMany(part => part)]);

    /// <summary>Makes the trailer fit again.</summary>
    public static byte[] Sealed(byte[] file)
    {
        if (file.Length >= TrailerBytes)
        {
            "CHKS"u8.CopyTo(file.AsSpan(file.Length - TrailerBytes));
            BinaryPrimitives.WriteUInt64LittleEndian(
                file.AsSpan(file.Length - 8), Hash(file.AsSpan(0, file.Length - 12)));
        }

        return file;
    }

    private static float[] Numbers(Random random, long count) =>
        [.. Enumerable.Range(0, (int)count).Select(_ => (float)(random.NextDouble() - 0.5))];

    private static byte[] Codes(Random random, int count, byte max) =>
        [.. Enumerable.Range(0, count).Select(_ => (byte)random.Next(max + 1))];
}
