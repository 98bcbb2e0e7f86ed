using System.Security.Cryptography;
using System.Text;
using Vesper.Bench.Datasets;
using Vesper.Bench.Drivers;

namespace Vesper.Bench.Sweeps;

/// <summary>
/// Where built indexes are kept: by data set, engine, parameters and the engine's version. One of another version is
/// deleted, so that the cache does not grow with every change of an engine.
/// </summary>
internal static class IndexCache
{
    /// <summary>The directory of an index.</summary>
    public static string DirectoryOf(BenchOptions options, Dataset dataset, EngineVariant variant, HelloAnswer hello)
    {
        var parameters = variant.Parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"{pair.Key}{pair.Value}");
        var folder = Path.Combine(
            options.Cache,
            "indexes",
            $"{dataset.Name}-{dataset.Key}",
            variant.Engine,
            string.Join('-', parameters.Prepend(variant.Index).Append($"seed{options.Seed}")));
        var here = Path.Combine(folder, VersionOf(options, variant, hello));
        if (Directory.Exists(folder))
        {
            foreach (var other in Directory.GetDirectories(folder).Where(path => path != here))
            {
                Directory.Delete(other, recursive: true);
            }
        }

        Directory.CreateDirectory(here);
        return here;
    }

    // Another Python may hold the same version of FAISS, compiled differently.
    private static string VersionOf(BenchOptions options, EngineVariant variant, HelloAnswer hello)
    {
        var text = variant.Engine == "faiss" ? $"{hello.Version} {options.FaissPython}" : hello.Version;
        var plain = string.Concat(hello.Version.Where(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-'));
        return $"{plain}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..8]}";
    }
}
