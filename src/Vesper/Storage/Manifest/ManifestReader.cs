using System.Diagnostics;
using Vesper.Storage.Files;
using Vesper.Storage.Formats;

namespace Vesper.Storage.Manifest;

/// <summary>Reads the manifests of a directory and judges them; writes nothing.</summary>
internal sealed class ManifestReader(IFileSystem files, string directory, FileKind kind, ushort version)
{
    /// <summary>The newest usable manifest among the names; null when no name is a manifest's.</summary>
    /// <exception cref="CorruptDataException">None is usable, or the newest is not and no older one is
    /// accepted.</exception>
    public ManifestImage? ReadNewest(IReadOnlyList<string> names, bool acceptOlder)
    {
        var damage = new List<CorruptDataException>();
        List<long> generations = [.. names.Select(Generation).Where(generation => generation > 0).OrderDescending()];
        foreach (long generation in generations)
        {
            ManifestImage? image = TryRead(generation, damage);
            if (image is null)
            {
                continue;
            }

            return damage.Count == 0 || acceptOlder
                ? image with { NextGeneration = generations[0] + 1, Damage = damage }
                : throw Refuse(damage, $"; {ManifestNames.For(generation)} before it is whole");
        }

        return generations.Count == 0 ? null : throw Refuse(damage, string.Empty);
    }

    /// <summary>Reads one manifest, not looking at the files that it lists.</summary>
    /// <param name="expected">What was just written, or null when unknown.</param>
    public ManifestImage Read(long generation, FileReceipt? expected = null)
    {
        string path = Path.Combine(directory, ManifestNames.For(generation));
        try
        {
            using var reader = SectionFileReader.Open(files, path, kind, version, expected);
            return ManifestFile.Read(reader, generation);
        }
        catch (FileNotFoundException)
        {
            throw new CorruptDataException(path, 0, "a manifest", "no file");
        }
    }

    /// <summary>Checks that every listed file is there, with its length.</summary>
    public void CheckFiles(ManifestImage image)
    {
        foreach (FileReceipt listed in image.Files)
        {
            Debug.Assert(DataFileNames.IsValid(listed.Name), "only valid names become paths");
            string path = Path.Combine(directory, listed.Name);
            string expected = $"{listed.Length} bytes, as generation {image.Generation} lists";
            try
            {
                using IFile file = files.OpenRead(path);
                if (file.Length != listed.Length)
                {
                    long offset = Math.Min(file.Length, listed.Length);
                    throw new CorruptDataException(path, offset, expected, $"{file.Length} bytes");
                }
            }
            catch (FileNotFoundException)
            {
                throw new CorruptDataException(path, 0, expected, "no file");
            }
        }
    }

    private ManifestImage? TryRead(long generation, List<CorruptDataException> damage)
    {
        try
        {
            ManifestImage image = Read(generation);
            CheckFiles(image);
            return image;
        }
        catch (CorruptDataException bad)
        {
            damage.Add(bad);
            return null;
        }
    }

    private static long Generation(string name) => ManifestNames.TryParse(name, out long generation) ? generation : 0;

    private static CorruptDataException Refuse(List<CorruptDataException> damage, string remark)
    {
        CorruptDataException newest = damage[0];
        string others = string.Concat(damage.Skip(1).Select(older => $"; before it: {older.Message}"));
        return new CorruptDataException(newest.File, newest.Offset, newest.Expected, newest.Found + others + remark);
    }
}
